"""One stored run on its way: training events go to the store, the wanted state comes from it."""

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import torch

from mnist_core import DigitLabError, data, device
from mnist_core.settings import Settings
from mnist_core.store import Control, Run, RunEvent, Status, Store, SupersededError
from mnist_core.training import checkpoint, networks
from mnist_core.training import trainer as training
from mnist_core.training.threads import Threads

CHECKPOINT_SECONDS = 10.0
"""Longest time between two checkpoints; there is one at the end of each epoch too."""
PATIENCE_SECONDS = 60.0
"""How long a run waits where the runs folder cannot be written."""
SNAPSHOT_BYTES = 64_000_000
"""Most bytes of the networks that a run keeps as they were after its epochs; of many epochs only some are kept."""
_LOOK_SECONDS, _RETRY_SECONDS = 0.1, 1.0
_NONE: Mapping[str, tuple[Sequence[int], Sequence[float]]] = MappingProxyType({})
_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)


class Job:
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
        self._model = networks.build_network(config).to(kind)
        state = checkpoint.load(self._checkpoint_path)
        start = store.fine_tuning.get(run.id)
        if start is not None and state is None:
            if not store.files.network(start.parent).exists():
                raise DigitLabError(f"Run {start.parent}, with whose network this goes on, was deleted; take another.")
            self._model.load_state_dict(networks.load_network(store.files.network(start.parent))[0].state_dict())
        own = start.digits if start is not None else None
        self._trainer = training.Trainer(self._model, config, used, validation, own)
        # Another number of threads changes nothing but the speed of linear layers; a convolution's sums it does change.
        self._threads = Threads() if kind == "cpu" and config.network == "mlp" else None
        self._seconds = 0.0
        if state is not None:
            self._trainer.take_up(state)
            self._seconds = state["seconds"]
            if config.network == "cnn":
                torch.set_num_threads(state["threads"])
        step, epoch = self._trainer.step, self._trainer.epoch
        kept = insist(lambda: store.workers.rewind(run, step, epoch))
        if 0 < run.step < run.steps:
            self._mark("resumed")
        self._trainer.changes, self._rate = kept.changes, kept.rate_by_hand
        self._more_epochs = sum(mark.event == "one more epoch" for mark in kept.marks)
        self._trainer.epochs += self._more_epochs
        self._report(steps=self._trainer.steps, device=kind)
        if self._trainer.step == 0:
            self._save_snapshot(0)
        self._since = self._saved = time.perf_counter()
        self._looked = 0.0

    def follow(self) -> None:
        """Train until the run is finished, or stopped by a person."""
        try:
            if self._obey() == "stop":
                return self._stop()
            for event in self._trainer.run():
                self._keep(event)
                if isinstance(event, training.EpochEnd) or time.perf_counter() - self._saved > CHECKPOINT_SECONDS:
                    self._save_checkpoint()
                if self._obey() == "stop":
                    return self._stop()
        except training.DivergedError as error:
            self._mark("diverged")
            raise DigitLabError(f"{error} {self._save_last_good()}") from None
        self._end("finished")
        control = insist(lambda: self._store.control.get(self._run.id))
        if control is not None and control.more_epochs > self._more_epochs:  # wished for at the last moment
            self._report(state="queued")
        return None

    def _stop(self) -> None:
        self._save_checkpoint()
        self._mark("stopped")
        self._end("stopped")

    def _end(self, status: Status) -> None:
        self._save_network()
        self._report(state=status)

    def _keep(self, event: training.TrainingEvent) -> None:
        """Store what an event tells."""
        seconds = time.perf_counter() - self._since
        self._since += seconds
        self._seconds += seconds
        pace = {"seconds": self._seconds, "images_per_second": self._trainer.seen / self._seconds}
        if isinstance(event, training.EpochEnd):
            self._save_snapshot(event.number)
            self._report(
                {name: ([self._trainer.step], [value]) for name, value in event.values().items()},
                epoch=event.number,
                training_accuracy=event.training_accuracy,
                validation_accuracy=event.validation_accuracy,
                **pace,
            )
        elif event.losses:
            if self._threads is not None:
                self._threads.adapt(len(event.losses) / seconds)
            self._report(
                {"loss": (event.numbers, event.losses)},
                step=event.last,
                final_loss=event.losses[-1],
                **pace,
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
        control = insist(lambda: self._store.control.get(self._run.id))
        if control is None:
            raise SupersededError(f"{self._run.name} was deleted.")
        trainer = self._trainer
        if control.learning_rate not in (None, self._rate):
            # A state from before the change: what a rate ruins can be taken up again with another.
            self._save_checkpoint()
            self._mark("learning rate", control.learning_rate)
            self._rate = trainer.changes[trainer.step] = control.learning_rate
        while control.more_epochs > self._more_epochs:
            self._mark("one more epoch")
            self._more_epochs += 1
            trainer.epochs += 1
            self._report(steps=trainer.steps)
        return control

    def _save_checkpoint(self) -> None:
        # A step can leave weights that are no numbers before a loss shows it.
        if self._trainer.step and self._trainer.is_sound and not self._trainer.explodes:
            state = self._trainer.state() | {"seconds": self._seconds, "threads": torch.get_num_threads()}
            insist(lambda: checkpoint.save(state, self._checkpoint_path))
        self._saved = time.perf_counter()

    def _save_network(self) -> None:
        insist(lambda: networks.save_network(self._model, self._run.config, self._store.files.network(self._run.id)))

    def _save_snapshot(self, epoch: int) -> None:
        """Keep the network as it is, so that one can see later how its answers came about."""
        kept = max(SNAPSHOT_BYTES // (4 * self._run.config.parameter_count), 1)
        if epoch % math.ceil(self._trainer.epochs / kept) == 0 or epoch == self._trainer.epochs:
            path = self._store.files.snapshot(self._run.id, epoch)
            insist(lambda: networks.save_network(self._model, self._run.config, path))

    def _save_last_good(self) -> str:
        """Keep the network of the last checkpoint, and say so."""
        state = checkpoint.load(self._checkpoint_path)
        if state is None:
            return "There are no good weights to keep yet."
        self._trainer.take_up(state)
        self._save_network()
        return f"The weights after step {self._trainer.step:,} are kept."

    def _mark(self, event: RunEvent, value: float | None = None) -> None:
        insist(lambda: self._store.workers.mark(self._run, self._trainer.step, event, value))

    def _report(self, curves: Mapping[str, tuple[Sequence[int], Sequence[float]]] = _NONE, **columns: Any) -> None:
        insist(lambda: self._store.workers.report(self._run, curves, **columns))

    @property
    def _checkpoint_path(self) -> Path:
        return self._store.files.checkpoint(self._run.id)


def insist(action: Callable[[], _Result]) -> _Result:
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
