"""A worker as an actor of a Ray cluster."""

import logging
import os
import threading
from collections.abc import Mapping

_RETRY_SECONDS = 5.0
_log = logging.getLogger(__name__)


class RayWorker:
    """Trains queued runs in a thread from its start on, so that Ray starts it again by itself when its process dies.

    A loop inside a call of a method would end with the process that called it.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        """`variables` are the environment variables of the settings; a node may have a data folder of its own."""
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
        own = {"MNIST_DATA_DIR"} & os.environ.keys()
        os.environ.update({name: value for name, value in variables.items() if name not in own})
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def is_up(self) -> bool:
        """Answers as soon as Ray has found a place for the worker."""
        return True

    def leave(self) -> None:
        """End for good: the run goes back to the queue with a checkpoint."""
        from ray.actor import exit_actor

        self._leave.set()
        self._thread.join()
        exit_actor()  # type: ignore[no-untyped-call]

    def _serve(self) -> None:
        from mnist_core import DigitLabError, settings
        from mnist_core.jobs.worker import serve
        from mnist_core.store import Store, new_worker_id

        where = settings.load()

        while not self._leave.is_set():
            try:
                if not where.runs_dir.is_dir():
                    raise DigitLabError(f"This machine does not see the runs folder {where.runs_dir}; mount it here.")
                serve(Store.open(where), where, new_worker_id(), self._leave)
            except DigitLabError as error:  # the folder or the database is not there, and may come back
                _log.error("%s", error)
                self._leave.wait(_RETRY_SECONDS)
            except BaseException:
                _log.exception("The worker ends, and Ray starts another one.")
                os._exit(1)
