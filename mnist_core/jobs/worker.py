"""Takes stored runs one after another and trains each to its end, whatever that is."""

import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import torch

from mnist_core import DigitLabError, device
from mnist_core.jobs.job import Job
from mnist_core.jobs.retry import retry
from mnist_core.settings import Settings
from mnist_core.store import Run, Store, SupersededError
from mnist_core.sweep.next_run import advance
from mnist_core.training.trainer import warm_up

HEARTBEAT_SECONDS = 1.0  # between two reports of a worker that it is alive, however long a step takes
_QUEUE_SECONDS = 0.1
_log = logging.getLogger(__name__)


def serve(store: Store, settings: Settings) -> None:
    """Wait for queued runs and train them one after another, until standard input is closed; queue those of sweeps.

    The server holds the other end of that pipe, so a worker ends with its server however the server ends.
    """
    threading.Thread(target=_end_with_server, daemon=True).start()
    detected = asdict(device.detect())
    store.workers.announce(os.getpid(), detected)
    warm_up(detected["kind"])
    with _heartbeat(lambda: store.workers.announce(os.getpid(), detected)):
        while True:
            try:
                advance(store)
                if (run := store.workers.claim(os.getpid())) is not None:
                    execute(store, settings, run)
                    continue
            except DigitLabError as error:  # the store cannot be used, which the run shows as interrupted
                _log.error("%s", error)
            time.sleep(_QUEUE_SECONDS)


def execute(store: Store, settings: Settings, run: Run, on_progress: Callable[[int, int], None] | None = None) -> None:
    """Train one claimed run on from its last checkpoint, and store how it ended: finished, stopped or failed.

    `on_progress` is told the steps done and the steps in all. Raises `DigitLabError` where the end cannot be stored.
    """
    threads = torch.get_num_threads()
    with _heartbeat(lambda: store.workers.report(run, {})):
        try:
            _run_job(Job(store, settings, run, on_progress), store, run)
        except SupersededError as error:
            _log.info("%s", error)
            if store.control.get(run.id) is None:
                store.files.remove(run.id)
        finally:
            torch.set_num_threads(threads)


def _run_job(job: Job, store: Store, run: Run) -> None:
    """Train a run; whatever error it ends with, only that run fails."""
    try:
        job.prepare()
        job.run()
    except SupersededError:
        raise
    except DigitLabError as error:
        _fail(store, run, str(error))
    except Exception as error:
        # PyTorch's own out-of-memory error is a RuntimeError whose text says so.
        if isinstance(error, MemoryError | torch.OutOfMemoryError) or "memory" in str(error):
            return _fail(store, run, "The memory is too small for this training; choose smaller batches or layers.")
        _log.exception("%s failed", run.name)
        _fail(store, run, f"The training failed with an error of the program, {type(error).__name__}; see its log.")


def _fail(store: Store, run: Run, reason: str) -> None:
    retry(store.workers.report, run, {}, state="failed", error=reason, log=traceback.format_exc())


@contextmanager
def _heartbeat(report: Callable[[], None]) -> Iterator[None]:
    """Call `report` every second in the background, so that a long step is not taken for a dead worker."""
    done = threading.Event()

    def repeat() -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            try:
                report()
            except SupersededError:  # the job will find out by itself
                return
            except DigitLabError as error:  # the next report may succeed
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
