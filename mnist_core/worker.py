"""Runs one stored run to its end: training events go to the store, the wanted state comes from it."""

import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import torch

from mnist_core import DigitLabError, checkpoint, data, device, models, training
from mnist_core.settings import Settings
from mnist_core.store import Control, Event, Run, Status, Store, SupersededError
from mnist_core.threads import Threads

CHECKPOINT_SECONDS = 10.0
"""Longest time between two checkpoints; there is one at the end of each epoch too."""
PATIENCE_SECONDS = 60.0
"""How long a run waits where the runs folder cannot be written."""
_BEAT_SECONDS, _LOOK_SECONDS, _RETRY_SECONDS = 1.0, 0.1, 1.0
_log = logging.getLogger(__name__)
_NONE: Mapping[str, tuple[Sequence[int], Sequence[float]]] = MappingProxyType({})
_Result = TypeVar("_Result")


def serve(store: Store, settings: Settings) -> None:
    """Wait for queued runs and train them one after another, until standard input is closed.

    The server holds the other end of that pipe, so a worker ends with its server however the server ends.
    """
    threading.Thread(target=_end_with_server, daemon=True).start()
    found = device.detect().as_dict()
    store.announce(os.getpid(), found)
    training.warm_up(found["kind"])
    with _repeating(lambda: store.announce(os.getpid(), found)):
        while True:
            try:
                run = store.claim(os.getpid())
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
    with _repeating(lambda: store.report(run, {})):
        try:
            _Course(store, settings, run, on_progress).follow()
        except SupersededError as error:
            _log.info("%s", error)
            if store.control(run.id) is None:
                store.remove_files(run.id)
        except DigitLabError as error:
            _fail(store, run, str(error))
        except MemoryError:
            _fail(store, run, "The memory of this computer is too small for this training; choose smaller batches.")
        except Exception as error:  # whatever a run dies of, only that run fails
            _log.exception("%s failed", run.name)
            _fail(store, run, f"The training failed with an error of the program, {type(error).__name__}; see its log.")
        finally:
            torch.set_num_threads(threads)


class _Course:
    """A run on its way from its last checkpoint to its end."""

    def __init__(
        self, store: Store, settings: Settings, run: Run, on_progress: Callable[[int, int], None] | None
    ) -> None:
        self._store, self._run, self._on_progress = store, run, on_progress
        config = run.config
        data_set = data.load(settings.data_dir)
        if data_set.name != run.data_set:
            raise DigitLabError(
                f"This run is on {run.data_set}, but {data_set.name} is in use now; set MNIST_DATA_DIR back to go on."
            )
        used, validation = data.hold_out(data_set.train, config.validation_share, config.train_size, config.seed)
        kind = device.detect().kind
        training.warm_up(kind)
        self._model = models.build(config).to(kind)
        self._trainer = training.Trainer(self._model, config, used, validation)
        self._more_epochs = sum(mark.event == "one more epoch" for mark in run.marks)
        self._trainer.epochs += self._more_epochs
        self._trainer.changes = run.changes
        self._seconds = 0.0
        state = checkpoint.load(self._checkpoint_path)
        if state is not None:
            self._trainer.take_up(state)
            self._seconds = state["seconds"]
        if 0 < run.step < run.steps:
            store.mark(run, self._trainer.step, "resumed")
        store.rewind(run, self._trainer.step)
        self._report(steps=self._trainer.steps, device=kind)
        # Another number of threads changes nothing but the speed of linear layers; a convolution's sums it does change.
        self._threads = Threads() if kind == "cpu" and config.network == "mlp" else None
        self._since = self._saved = time.perf_counter()
        self._looked = 0.0

    def follow(self) -> None:
        """Train until the run is finished, or stopped by a person."""
        try:
            if self._obey() == "stop":
                return self._stop()
            for event in self._trainer.run():
                self._keep(event)
                if isinstance(event, training.Epoch) or time.perf_counter() - self._saved > CHECKPOINT_SECONDS:
                    self._save_checkpoint()
                if self._obey() == "stop":
                    return self._stop()
        except training.DivergedError as error:
            self._mark("diverged")
            raise DigitLabError(f"{error} {self._save_last_good()}") from None
        self._end("finished")
        control = self._store.control(self._run.id)
        if control is not None and control.more_epochs > self._more_epochs:  # wished for at the last moment
            self._report(state="queued")
        return None

    def _stop(self) -> None:
        self._save_checkpoint()
        self._mark("stopped")
        self._end("stopped")

    def _end(self, status: Status) -> None:
        _insist(lambda: models.save(self._model, self._run.config, self._store.model_path(self._run.id)))
        self._report(state=status)

    def _keep(self, event: training.Event) -> None:
        """Store what an event tells."""
        seconds = time.perf_counter() - self._since
        self._since += seconds
        self._seconds += seconds
        if isinstance(event, training.Epoch):
            curves = {name: ([self._trainer.step], [value]) for name, value in event.values().items()}
            self._report(
                curves,
                epoch=event.number,
                training_accuracy=event.training_accuracy,
                validation_accuracy=event.validation_accuracy,
                seconds=self._seconds,
            )
        elif event.losses:
            if self._threads is not None:
                self._threads.adapt(len(event.losses) / seconds)
            self._report(
                {"loss": (event.numbers, event.losses)},
                step=event.last,
                seconds=self._seconds,
                images_per_second=event.images / self._seconds,
                final_loss=event.losses[-1],
            )
            if self._on_progress is not None:
                self._on_progress(event.last, self._trainer.steps)

    def _obey(self) -> str:
        """Do what a person wants, wait while that is a pause, and return what is wanted then: `run` or `stop`."""
        if time.perf_counter() - self._looked < _LOOK_SECONDS:
            return "run"
        control = self._wishes()
        self._looked = time.perf_counter()
        if control.wanted == "pause":
            self._save_checkpoint()
            self._mark("paused")
            self._report(state="paused")
            while control.wanted == "pause":
                time.sleep(_LOOK_SECONDS)
                control = self._wishes()
            self._report(state="running")
            self._since = time.perf_counter()
        return control.wanted

    def _wishes(self) -> Control:
        """What a person wants; a new learning rate and more epochs are seen to at once."""
        control = _insist(lambda: self._store.control(self._run.id))
        if control is None:
            raise SupersededError(f"{self._run.name} was deleted.")
        trainer = self._trainer
        current = trainer.changes[max(trainer.changes)] if trainer.changes else None
        if control.learning_rate not in (None, current):
            # A state from before the change: what a rate ruins can be taken up again with another.
            self._save_checkpoint()
            self._mark("learning rate", control.learning_rate)
            trainer.changes[trainer.step] = control.learning_rate
        while control.more_epochs > self._more_epochs:
            self._mark("one more epoch")
            self._more_epochs += 1
            trainer.epochs += 1
            self._report(steps=trainer.steps)
        return control

    def _save_checkpoint(self) -> None:
        # A step can leave weights that are no numbers before a loss shows it.
        if self._trainer.step and self._trainer.is_sound:
            state = self._trainer.state() | {"seconds": self._seconds}
            _insist(lambda: checkpoint.save(state, self._checkpoint_path))
        self._saved = time.perf_counter()

    def _save_last_good(self) -> str:
        """Keep the network of the last checkpoint, and say so."""
        state = checkpoint.load(self._checkpoint_path)
        if state is None:
            return "There are no good weights to keep yet."
        self._trainer.take_up(state)
        models.save(self._model, self._run.config, self._store.model_path(self._run.id))
        return f"The weights after step {self._trainer.step:,} are kept."

    def _mark(self, event: Event, value: float | None = None) -> None:
        _insist(lambda: self._store.mark(self._run, self._trainer.step, event, value))

    def _report(self, curves: Mapping[str, tuple[Sequence[int], Sequence[float]]] = _NONE, **columns: Any) -> None:
        _insist(lambda: self._store.report(self._run, curves, **columns))

    @property
    def _checkpoint_path(self) -> Path:
        return self._store.checkpoint_path(self._run.id)


def _fail(store: Store, run: Run, reason: str) -> None:
    log = traceback.format_exc()
    _insist(lambda: store.report(run, {}, state="failed", error=reason, log=log))


def _insist(action: Callable[[], _Result]) -> _Result:
    """Try until it works: a full disk or a locked file makes a run wait, and it goes on when that is over.

    Raises `DigitLabError` where it is not over within a minute.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return action()
        except SupersededError:
            raise
        except DigitLabError as error:
            if time.monotonic() > deadline:
                raise
            _log.warning("%s Trying again.", error)
            time.sleep(_RETRY_SECONDS)


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
