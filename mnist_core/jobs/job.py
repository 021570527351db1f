"""One stored run, trained to its end: what happens goes to the store, what a person asks for comes from it."""

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch

from mnist_core import DigitLabError, data, device
from mnist_core.data import Digits
from mnist_core.data.synthetic.cache import load_or_generate
from mnist_core.jobs.retry import retry
from mnist_core.settings import Settings
from mnist_core.store import Control, Run, RunEvent, Status, Store, SupersededError, this_host
from mnist_core.store.files import snapshot_interval
from mnist_core.sweep.early_stopping import early_stopping_of
from mnist_core.sweep.plan import plan_of
from mnist_core.training import checkpoint, networks
from mnist_core.training.divergence import DivergedError
from mnist_core.training.events import EpochEnd, StepsTaken, TrainingEvent
from mnist_core.training.threads import Threads
from mnist_core.training.trainer import Trainer, warm_up

CHECKPOINT_SECONDS = 10.0  # longest time between two checkpoints; there is one at the end of each epoch too
GIVE_WAY_SECONDS = 60.0  # a run that was paused for so long gives its worker up to others who have waited for so long
CONTROL_SECONDS = 0.1  # shortest time between two queries of what a person asks for


class Job:
    """Trains one claimed run from its last checkpoint to its end: first `prepare`, then `run`.

    `on_progress` is told the steps done and the steps in all; once `leave` is set, the run goes back into the queue
    with a checkpoint. Both methods raise `DigitLabError` where the training cannot go on, and `SupersededError` where
    the run was deleted or another worker has taken it.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        run: Run,
        on_progress: Callable[[int, int], None] | None,
        leave: threading.Event,
    ) -> None:
        self._store, self._settings, self._run = store, settings, run
        self._on_progress, self._leave = on_progress, leave

    def prepare(self) -> None:
        """Load the images, the network and the checkpoint, and set the stored run back to that checkpoint."""
        run, self._config = self._run, self._run.config
        data_set = data.load(self._settings, run.data_set)
        training, validation = data.hold_out(
            data_set.train, self._config.validation_share, self._config.train_size, self._config.seed
        )
        kind = device.detect().kind
        warm_up(kind)
        self._model = networks.build_network(self._config, data_set).to(kind)
        self._checkpoint = self._store.files.named(run.checkpoint) if run.checkpoint else None
        state = self._load_checkpoint()
        own = self._load_warm_start(with_network=state is None)
        drawn = load_or_generate(
            self._settings.runs_dir, self._config.synthetic_digits, self._config.non_digits, self._config.seed
        )
        step, epoch = self._saved = (0, 0) if state is None else (state["step"], state["epoch"])
        self._saves = 0
        kept = retry(self._store.workers.rewind, run, step, epoch)
        self._last_rate = kept.rate_by_hand
        self._more_epochs = sum(mark.event == "one more epoch" for mark in kept.marks)
        self._trainer = Trainer(
            self._model,
            self._config,
            training,
            validation,
            own,
            drawn=drawn,
            learning_rates=kept.rates_by_hand,
            more_epochs=self._more_epochs,
        )
        plan = retry(plan_of, self._store, run)
        self._early_stopping = retry(early_stopping_of, self._store, plan, kept)
        self._at_once = None if plan is None else plan.at_once
        self._cores = self._share = torch.get_num_threads()
        self._share_cores()
        # What a sweep tries next rests on the results, and a run on a cluster goes on in other workers.
        fixed = plan is not None or self._settings.executor == "ray" or not self._config.same_with_any_threads
        self._threads = Threads() if kind == "cpu" and not fixed else None
        self._seconds = 0.0  # of training, over all attempts
        if state is not None:
            self._trainer.load_state_dict(state)
            self._seconds = state["seconds"]
            if fixed:
                torch.set_num_threads(state["threads"])
        if 0 < run.step < run.steps:
            self._mark("resumed")
        self._report({}, steps=self._trainer.total_steps, device=kind)
        if step == 0:
            self._save_snapshot(0)
        # When `_seconds` was brought up to date, when the last checkpoint was saved, when the controls were read.
        self._timed = self._checkpointed = time.perf_counter()
        self._controlled = -math.inf

    def run(self) -> None:
        """Train until the run is finished, a person or its sweep stops it, or its worker leaves; store how it ended."""
        try:
            status = self._train()
        except DivergedError as error:
            self._mark("diverged")
            raise DigitLabError(f"{error} {self._keep_last_sound_network()}") from None
        if status != "finished":
            self._save_checkpoint()
        if status == "stopped":
            self._mark("stopped")
        if status != "queued":
            self._save_network()
        reason = self._reason_to_stop if status == "pruned" else ""
        self._report({}, state=status, pruned_because=reason, bytes=self._store.files.size(self._run.id))
        control = retry(self._store.control.get, self._run.id)
        if control is not None and (
            (status == "finished" and control.more_epochs > self._more_epochs)
            or (status == "stopped" and control.wanted == "run")
        ):  # asked for at the last moment
            self._report({}, state="queued")

    def _load_warm_start(self, *, with_network: bool) -> Digits | None:
        """For a run that fine-tunes another one's network: load that, if asked to, and return the own digits."""
        warm_start = self._store.fine_tuning.get(self._run.id)
        if warm_start is not None and with_network:
            parent = warm_start.parent
            path = self._store.files.network_path(parent)
            if not path.exists():
                raise DigitLabError(f"Run {parent}, with whose network this goes on, was deleted; take another.")
            self._model.load_state_dict(networks.load_network(path)[0].state_dict())
        return None if warm_start is None else warm_start.decode_own_digits()

    def _train(self) -> Status:
        if (status := self._follow_controls()) != "running":
            return status
        if self._reason_to_stop:  # where it was resumed after that was known
            return "pruned"
        for event in self._trainer.run():
            self._store_event(event)
            if isinstance(event, EpochEnd) or time.perf_counter() - self._checkpointed > CHECKPOINT_SECONDS:
                self._save_checkpoint()
                if self._threads is not None and self._share_cores():
                    self._threads = Threads()
            if (status := self._follow_controls()) != "running":
                return status
            if self._reason_to_stop:
                return "pruned"
        return "finished"

    @property
    def _reason_to_stop(self) -> str:
        """Why the run's sweep gives it up; empty where it does not."""
        return "" if self._early_stopping is None else self._early_stopping.reason

    def _share_cores(self) -> bool:
        """Use a thread for each core, or an equal share of them where other runs train too; whether that changed.

        A run of a sweep has its share whatever trains beside it, so that its weights do not depend on that. A worker
        on Ray has cores of its own.
        """
        if self._settings.executor == "ray":
            return False
        count = self._at_once or retry(self._store.workers.count_training, this_host())
        share = max(1, self._cores // max(1, count))
        changed = share != self._share
        if changed:
            torch.set_num_threads(share)
            self._share = share
        return changed

    def _store_event(self, event: TrainingEvent) -> None:
        seconds = time.perf_counter() - self._timed
        self._timed += seconds
        self._seconds += seconds
        pace = {"seconds": self._seconds, "images_per_second": self._trainer.images_seen / self._seconds}
        if isinstance(event, EpochEnd):
            self._save_snapshot(event.number)
            curves = {name: ([self._trainer.step], [value]) for name, value in event.values().items()}
            accuracy = {"training_accuracy": event.training_accuracy, "validation_accuracy": event.validation_accuracy}
            notes = {}
            if self._early_stopping is not None and event.validation_accuracy is not None:
                self._early_stopping.tell(event.number, event.validation_accuracy)
                notes = {"pruner_notes": self._early_stopping.notes}
            self._report(curves, epoch=event.number, **accuracy, **notes, **pace)
        elif isinstance(event, StepsTaken):
            if self._threads is not None:
                self._threads.adapt(len(event.losses) / seconds)
            self._report({"loss": (event.numbers, event.losses)}, step=event.last, final_loss=event.losses[-1], **pace)
            if self._on_progress is not None:
                self._on_progress(event.last, self._trainer.total_steps)

    def _follow_controls(self) -> Status:
        """Do what a person asks for, wait while that is a pause, and return the state to go on to.

        That is `running`, or `stopped`, or `queued` where the worker is to leave.
        """
        if time.perf_counter() - self._controlled < CONTROL_SECONDS:
            return "running"
        control = self._read_controls()
        self._controlled = time.perf_counter()
        if control.wanted == "pause" and not self._leave.is_set():
            self._save_checkpoint()
            self._mark("paused")
            self._report({}, state="paused")
            paused = time.monotonic()
            while control.wanted == "pause" and not self._leave.wait(CONTROL_SECONDS):
                if time.monotonic() - paused > GIVE_WAY_SECONDS and self._others_wait():
                    return "stopped"
                control = self._read_controls()
            self._report({}, state="running")
            self._timed = time.perf_counter()
        if control.wanted == "stop":
            return "stopped"
        return "queued" if self._leave.is_set() else "running"

    def _others_wait(self) -> bool:
        """Whether somebody else's run has waited for so long that a paused one has to give way."""
        return retry(self._store.workers.others_wait, self._run, GIVE_WAY_SECONDS)

    def _read_controls(self) -> Control:
        """What a person asks for; a new learning rate and more epochs are passed on to the trainer at once."""
        control = retry(self._store.control.get, self._run.id)
        if control is None:
            raise SupersededError(f"{self._run.name} was deleted.")
        if control.learning_rate is not None and control.learning_rate != self._last_rate:
            # Where the new rate makes the training diverge, it can be resumed from before, with another rate.
            self._save_checkpoint()
            self._mark("learning rate", control.learning_rate)
            self._last_rate = control.learning_rate
            self._trainer.set_learning_rate(control.learning_rate)
        while control.more_epochs > self._more_epochs:
            self._mark("one more epoch")
            self._more_epochs += 1
            self._trainer.add_epoch()
            self._report({}, steps=self._trainer.total_steps)
        return control

    def _save_checkpoint(self) -> None:
        progress = (self._trainer.step, self._trainer.epoch)
        # A step can leave weights that are not finite before a loss shows it.
        if progress != self._saved and self._trainer.is_sound():
            state = self._trainer.state_dict() | {"seconds": self._seconds, "threads": torch.get_num_threads()}
            save = partial(checkpoint.save, state)
            self._saves += 1
            self._checkpoint = retry(self._store.workers.save_checkpoint, self._run, self._saves, save)
            self._saved = progress
        self._checkpointed = time.perf_counter()

    def _load_checkpoint(self) -> dict[str, Any] | None:
        return None if self._checkpoint is None else checkpoint.load(self._checkpoint)

    def _save_network(self) -> None:
        self._publish(self._store.files.network_path(self._run.id))

    def _publish(self, path: Path) -> None:
        retry(self._store.workers.publish, self._run, path, partial(networks.save_network, self._model, self._config))

    def _save_snapshot(self, epoch: int) -> None:
        """Keep the network as it is after an epoch, so that one can see later how it learned."""
        if epoch % snapshot_interval(self._config, self._trainer.epochs) == 0 or epoch == self._trainer.epochs:
            self._publish(self._store.files.snapshot_path(self._run.id, epoch))

    def _keep_last_sound_network(self) -> str:
        """Keep the network of the last checkpoint, and say so."""
        state = self._load_checkpoint()
        if state is None:
            return "There are no good weights to keep yet."
        self._trainer.load_state_dict(state)
        self._save_network()
        return f"The weights after step {self._trainer.step:,} are kept."

    def _mark(self, event: RunEvent, value: float | None = None) -> None:
        retry(self._store.workers.mark, self._run, self._trainer.step, event, value)

    def _report(self, curves: Mapping[str, tuple[Sequence[int], Sequence[float]]], **columns: Any) -> None:
        retry(self._store.workers.report, self._run, curves, **columns)
