"""Runs one stored run to its end: training events go to the store, the wanted state comes from it."""

import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from mnist_core import DigitLabError, data, device, models, training
from mnist_core.data import DataSet
from mnist_core.settings import Settings
from mnist_core.store import Run, Status, Store

_BEAT_SECONDS = 1.0
_LOOK_SECONDS = 0.1
_log = logging.getLogger(__name__)


def serve(store: Store, settings: Settings) -> None:
    """Wait for queued runs and train them one after another, until standard input is closed.

    The server holds the other end of that pipe, so a worker ends with its server however the server ends.
    """
    threading.Thread(target=_end_with_server, daemon=True).start()
    # One core is left to the pages: on two cores an epoch of the tutorial takes 1.0 s on one thread whether or not a
    # page is busy, but 0.7 s or 1.9 s on two, which wait for each other at every layer.
    torch.set_num_threads(max(1, torch.get_num_threads() - 1))
    found = device.detect().as_dict()
    store.announce(os.getpid(), found)
    training.warm_up(found["kind"])
    with _repeating(lambda: store.announce(os.getpid(), found)):
        while True:
            run = store.claim()
            if run is None:
                time.sleep(_LOOK_SECONDS)
                continue
            try:
                execute(store, settings, run)
            except DigitLabError as error:  # the store cannot be written, which the run shows as interrupted
                _log.error("%s: %s", run.name, error)


def execute(store: Store, settings: Settings, run: Run, on_progress: Callable[[int, int], None] | None = None) -> None:
    """Train one run that is in the state `running`, and store how it ended: finished, stopped or failed.

    `on_progress` is told the steps done and the steps in all. Raises `DigitLabError` where that cannot be stored.
    """
    with _repeating(lambda: store.report(run.id, {})):
        try:
            state = _train(store, run, data.load(settings.data_dir), on_progress)
            store.report(run.id, {}, state=state)
        except DigitLabError as error:
            _fail(store, run, str(error))
        except Exception as error:  # whatever a run dies of, only that run fails
            _log.exception("%s failed", run.name)
            _fail(store, run, f"The training failed with an error of the program, {type(error).__name__}; see its log.")


def _fail(store: Store, run: Run, reason: str) -> None:
    store.report(run.id, {}, state="failed", error=reason, log=traceback.format_exc())


def _train(store: Store, run: Run, data_set: DataSet, on_progress: Callable[[int, int], None] | None) -> Status:
    config = run.config
    used, validation = data.hold_out(data_set.train, config.validation_share, config.train_size, config.seed)
    kind = device.detect().kind
    training.warm_up(kind)
    model = models.build(config).to(kind)
    steps = config.epochs * training.steps_per_epoch(config, len(used))
    store.report(run.id, {}, data_set=data_set.name, steps=steps, device=kind)
    started, step = time.perf_counter(), 0
    for event in training.train(model, config, used, validation):
        if isinstance(event, training.Steps):
            seconds, step = time.perf_counter() - started, event.last
            store.report(
                run.id,
                {"loss": (event.numbers, event.losses)},
                step=step,
                seconds=seconds,
                images_per_second=event.images / seconds,
                final_loss=event.losses[-1],
            )
            if on_progress is not None:
                on_progress(step, steps)
        else:
            store.report(
                run.id,
                {name: ([step], [value]) for name, value in event.values().items()},
                epoch=event.number,
                validation_accuracy=event.validation_accuracy,
            )
        if step < steps and store.wanted(run.id) == "stop":
            break
    models.save(model, config, store.model_path(run.id))
    return "finished" if step == steps else "stopped"


@contextmanager
def _repeating(report: Callable[[], None]) -> Iterator[None]:
    """Call `report` every second in the background, so that a long step is not taken for a dead worker."""
    done = threading.Event()

    def repeat() -> None:
        while not done.wait(_BEAT_SECONDS):
            try:
                report()
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
