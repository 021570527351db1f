"""Takes stored runs one after another and trains each to its end, whatever that is."""

import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import torch

from mnist_core import DigitLabError, data, device
from mnist_core.jobs.job import Job
from mnist_core.jobs.retry import retry
from mnist_core.settings import Settings
from mnist_core.store import Run, Store, SupersededError
from mnist_core.sweep.next_run import advance
from mnist_core.training.trainer import warm_up

HEARTBEAT_SECONDS = 1.0  # between two reports of a worker that it is alive, however long a step takes
_QUEUE_SECONDS = 0.1
_NICE = 5  # gives a third of the time that the server's process gets where both want the same core
_CLUSTER_QUEUE_SECONDS = 0.2  # many workers ask one database
_log = logging.getLogger(__name__)


def serve(store: Store, settings: Settings, worker_id: str, leave: threading.Event | None = None) -> None:
    """Wait for queued runs and train them one after another; queue what sweeps try next.

    A worker without `leave` belongs to the server at the other end of its standard input, and ends with it, however
    that ends. One with it stays on a cluster: it takes only runs whose data set its host has, and queues those of dead
    workers again. When `leave` is set it saves a checkpoint, puts its run back into the queue and returns.
    """
    stays = leave is not None
    if leave is None:
        leave = threading.Event()
        _give_way()
        threading.Thread(target=_end_with_server, daemon=True).start()
    detected = asdict(device.detect())
    store.workers.announce(worker_id, detected)
    warm_up(detected["kind"])
    with _heartbeat(lambda: store.workers.announce(worker_id, detected)):
        while not leave.is_set():
            try:
                data_sets = [identity.name for identity in data.available(settings)] if stays else None
                # A single run may have been the cause of its worker's end, so on one machine it waits for a person.
                store.workers.requeue_lost(of_sweeps=not stays)
                advance(store)
                if (run := store.workers.claim(worker_id, data_sets=data_sets)) is not None:
                    execute(store, settings, run, leave=leave)
                    continue
            except DigitLabError as error:  # the store cannot be used, which the run shows as interrupted
                _log.error("%s", error)
            leave.wait(_CLUSTER_QUEUE_SECONDS if stays else _QUEUE_SECONDS)
    store.workers.withdraw(worker_id)


def execute(
    store: Store,
    settings: Settings,
    run: Run,
    on_progress: Callable[[int, int], None] | None = None,
    leave: threading.Event | None = None,
) -> None:
    """Train one claimed run on from its last checkpoint, and store how it ended: finished, stopped or failed.

    `on_progress` is told the steps done and the steps in all. Once `leave` is set, the run goes back into the queue.
    Raises `DigitLabError` where the end cannot be stored.
    """
    threads = torch.get_num_threads()
    with _heartbeat(lambda: store.workers.report(run, {})):
        try:
            _run_job(Job(store, settings, run, on_progress, leave or threading.Event()), store, run)
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
    ended = {"state": "failed", "error": reason, "log": traceback.format_exc(), "bytes": store.files.size(run.id)}
    retry(store.workers.report, run, {}, **ended)


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


def _give_way() -> None:
    """On a full machine the server answers first: a page run that has to wait for its turn is felt, a step is not."""
    if hasattr(os, "nice"):  # not on Windows
        os.nice(_NICE)


def _end_with_server() -> None:
    sys.stdin.read()
    os._exit(0)
