"""Takes stored runs one after another and sees each to its end, whatever that is."""

import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from mnist_core import DigitLabError, device
from mnist_core.jobs.job import Job, insist
from mnist_core.settings import Settings
from mnist_core.store import Run, Store, SupersededError
from mnist_core.training import trainer

_BEAT_SECONDS, _LOOK_SECONDS = 1.0, 0.1
_log = logging.getLogger(__name__)


def serve(store: Store, settings: Settings) -> None:
    """Wait for queued runs and train them one after another, until standard input is closed.

    The server holds the other end of that pipe, so a worker ends with its server however the server ends.
    """
    threading.Thread(target=_end_with_server, daemon=True).start()
    found = device.detect().as_dict()
    store.workers.announce(os.getpid(), found)
    trainer.warm_up(found["kind"])
    with _repeating(lambda: store.workers.announce(os.getpid(), found)):
        while True:
            try:
                run = store.workers.claim(os.getpid())
                if run is not None:
                    execute(store, settings, run)
                    continue
            except DigitLabError as error:  # the store cannot be used, which the run shows as interrupted
                _log.error("%s", error)
            time.sleep(_LOOK_SECONDS)


def execute(store: Store, settings: Settings, run: Run, on_progress: Callable[[int, int], None] | None = None) -> None:
    """Train one claimed run on from its last checkpoint, and store how it ended: finished, stopped or failed.

    `on_progress` is told the steps done and the steps in all. Raises `DigitLabError` where that cannot be stored.
    """
    threads = torch.get_num_threads()
    with _repeating(lambda: store.workers.report(run, {})):
        try:
            _follow(store, settings, run, on_progress)
        except SupersededError as error:
            _log.info("%s", error)
            if store.control.get(run.id) is None:
                store.files.remove(run.id)
        finally:
            torch.set_num_threads(threads)


def _follow(store: Store, settings: Settings, run: Run, on_progress: Callable[[int, int], None] | None) -> None:
    """Train a run; whatever it dies of, only that run fails."""
    try:
        Job(store, settings, run, on_progress).follow()
    except SupersededError:
        raise
    except DigitLabError as error:
        _fail(store, run, str(error))
    except Exception as error:
        # PyTorch's own error is a RuntimeError that says so in words.
        if isinstance(error, MemoryError | torch.OutOfMemoryError) or "memory" in str(error):
            return _fail(store, run, "The memory is too small for this training; choose smaller batches or layers.")
        _log.exception("%s failed", run.name)
        _fail(store, run, f"The training failed with an error of the program, {type(error).__name__}; see its log.")


def _fail(store: Store, run: Run, reason: str) -> None:
    log = traceback.format_exc()
    insist(lambda: store.workers.report(run, {}, state="failed", error=reason, log=log))


@contextmanager
def _repeating(report: Callable[[], None]) -> Iterator[None]:
    """Call `report` every second in the background, so that a long step is not taken for a dead worker."""
    done = threading.Event()

    def repeat() -> None:
        while not done.wait(_BEAT_SECONDS):
            try:
                report()
            except SupersededError:  # the training finds out by itself
                return
            except DigitLabError as error:  # the next beat may succeed
                _log.warning("%s", error)

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _end_with_server() -> None:
    sys.stdin.read()
    os._exit(0)
