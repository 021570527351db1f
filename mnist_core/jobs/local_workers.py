"""Worker processes on the server's own machine."""

import logging
import secrets
import signal
import subprocess
import threading
import time

from mnist_core import DigitLabError
from mnist_core.jobs.processes import start_command
from mnist_core.settings import Settings
from mnist_core.store import Store, new_worker_id

SHORT_LIFE_SECONDS = 1.0  # a worker needs longer than this to import PyTorch and take a run
_log = logging.getLogger(__name__)


class LocalWorkers:
    """Workers that end with this process: one is kept warm, more up to `max_workers` start while runs wait."""

    trouble = ""  # a run shows why its worker ended, and the pages what keeps one from starting

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._lock = threading.Lock()
        self._workers: dict[str, subprocess.Popen[bytes]] = {}
        """By their ids."""

    def keep(self) -> None:
        """Replace dead workers, and start as many as the runs in progress can use."""
        with self._lock:
            for worker_id in [worker_id for worker_id, worker in self._workers.items() if worker.poll() is not None]:
                worker = self._workers.pop(worker_id)
                self._store.workers.mark_dead(worker_id, _reason(worker.returncode))
            most = self._settings.max_workers
            wanted = 1 if most == 1 else min(max(len(self._store.runs.in_progress()), 1), most)
            while len(self._workers) < wanted:
                token = secrets.token_hex(4)
                log = self._settings.runs_dir / "worker.log"
                worker = start_command(self._settings, "worker", "--token", token, log=log)
                self._workers[new_worker_id(worker.pid, token)] = worker
                threading.Thread(target=self._replace_when_dead, args=(worker,), daemon=True).start()

    def _replace_when_dead(self, worker: subprocess.Popen[bytes]) -> None:
        """Wait until a worker is dead, then store that its run is interrupted and start another worker."""
        started = time.monotonic()
        worker.wait()
        if time.monotonic() - started < SHORT_LIFE_SECONDS:
            # The next one would end for the same reason; the next page run, seconds later, tries again.
            return
        try:
            self.keep()
        except DigitLabError as error:
            _log.error("%s", error)


def _reason(code: int) -> str:
    """Why a worker ended, from the return code of its process."""
    if code == -signal.SIGKILL:
        return "The worker was killed, perhaps because the memory was full."
    how = f"by signal {-code}" if code < 0 else f"with code {code}"
    return f"The worker ended unexpectedly, {how}; the end of worker.log in the runs folder may say why."
