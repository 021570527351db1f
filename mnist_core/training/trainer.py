"""The training loop: a generator of events that knows nothing of stores, workers or pages.

All training images are one tensor of bytes on the device. An epoch takes them in shuffled order; each batch is indexed
out of that tensor, augmented and normalised.
"""

import math
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from mnist_core.config import TrainingConfig
from mnist_core.data import Digits, synthetic
from mnist_core.training.allocation import keep_freed_memory
from mnist_core.training.augmentation import augment
from mnist_core.training.capture import CapturedStep, Step, recorder
from mnist_core.training.divergence import DivergedError, DivergenceWatch
from mnist_core.training.events import EpochEnd, Evaluating, StepsTaken, TrainingEvent
from mnist_core.training.gradients import backpropagation
from mnist_core.training.networks import LOSSES, build_network, outputs, to_inputs
from mnist_core.training.optimisers import build_optimiser, set_learning_rate
from mnist_core.training.schedule import learning_rate
from mnist_core.training.views import AveragedNetwork

REPORT_SECONDS = 0.2  # longest time between two reports of steps (or one step, where a step takes longer)
EVALUATION_BATCH = 1_000  # images evaluated between two events after an epoch
TRAINING_SAMPLE = 2_500  # training images read after each epoch, at most: all would take half as long again
_COUNTERS = ("epoch", "epoch_step", "step", "images_seen", "loss_sum")
"""The attributes of a trainer that say how far it is: `epoch_step` and `loss_sum` are of the epoch in progress."""


class Trainer:
    """One training of `model`, in place and on the device that it is on.

    It is trained on the images `training`, on those that the configuration has the program draw (`drawn`, None: they
    are drawn now), and on digits of one's `own`. `learning_rates` were set by hand, by the steps done then;
    `more_epochs` come on top of the configuration's. It can be left at any event: another trainer, made with the same
    arguments, that loads its `state_dict` goes on to the same losses and weights. `epochs` are those in all; `epoch`,
    `step` and `images_seen` count what is done.
    """

    def __init__(
        self,
        model: AveragedNetwork,
        config: TrainingConfig,
        training: Digits,
        validation: Digits,
        own: Digits | None = None,
        *,
        drawn: Digits | None = None,
        learning_rates: Mapping[int, float] | None = None,
        more_epochs: int = 0,
    ) -> None:
        self.epochs = config.epochs + more_epochs
        self.epoch = self.step = self.images_seen = 0
        self._model, self._config, self._validation = model, config, validation
        self._learning_rates = dict(learning_rates or {})
        if drawn is None:
            drawn = synthetic.generate_digits(config.synthetic_digits, config.seed).joined(
                synthetic.generate_non_digits(config.non_digits, config.seed)
            )
        keep_freed_memory()
        self._device = next(model.parameters()).device
        # On a GPU, convolutions whose sums do not depend on the order in which its threads end.
        torch.backends.cudnn.deterministic = True
        self._sample = training.take(np.arange(min(TRAINING_SAMPLE, len(training))))
        self._images, self._targets = (part.to(self._device) for part in _training_tensors(training, drawn, own))
        self._steps_per_epoch = math.ceil(len(self._images) / config.batch_size)
        self._backpropagation = backpropagation(model, config)
        self._optimiser = build_optimiser(self._backpropagation.parameters, config)
        self._shuffle_rng = torch.Generator().manual_seed(config.seed)
        self._augmentation_rng = torch.Generator(self._device).manual_seed(config.seed)
        self._divergence = DivergenceWatch()
        # Kept, since to ask the configuration takes a thirtieth of a step.
        self._rate, self._augments = config.learning_rate, config.augments
        self._train_on: Step = self._take_step
        if (record := recorder(self._augmentation_rng)) is not None:
            self._train_on = CapturedStep(self._take_step, config.batch_size, record, self._unchanged)
        self._start_epoch()

    @property
    def total_steps(self) -> int:
        """Steps in all, to the end of the last epoch."""
        return self.epochs * self._steps_per_epoch

    def add_epoch(self) -> None:
        """Train one epoch more."""
        self.epochs += 1

    def set_learning_rate(self, rate: float) -> None:
        """Use this learning rate from the next step on, whatever the schedule says."""
        self._learning_rates[self.step] = rate

    def run(self) -> Iterator[TrainingEvent]:
        """Train until all epochs are done; raises `DivergedError` where the loss or a weight stops being finite."""
        cycle = self._config.epochs * self._steps_per_epoch
        while self.epoch < self.epochs:
            self._model.train()
            losses, reported = list[Tensor](), time.perf_counter()
            for batch in self._shuffled_batches()[self.epoch_step :]:
                self._use(learning_rate(self._config, cycle, self.step, self._learning_rates))
                losses.append(self._train_on(batch))
                self.step += 1
                self.epoch_step += 1
                self.images_seen += len(batch)
                if self.epoch_step == self._steps_per_epoch or time.perf_counter() - reported >= REPORT_SECONDS:
                    yield from self._report(losses)
                    losses, reported = [], time.perf_counter()
            yield from self._end_epoch()

    def is_sound(self) -> bool:
        """Whether it is worth going on from here: all weights are finite, the last loss was not far above the first."""
        return not self._divergence.high_losses and self._weights_are_finite()

    def state_dict(self) -> dict[str, Any]:
        """All that decides how the training goes on after the last event, in tensors, numbers and dictionaries."""
        return {
            "model": self._model.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "shuffle_rng": self._epoch_rng,
            "augmentation_rng": self._augmentation_rng.get_state(),
            "divergence": asdict(self._divergence),
        } | {name: getattr(self, name) for name in _COUNTERS}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state of the same training, in this process or another."""
        self._model.load_state_dict(state["model"])
        # Its settings are this trainer's: on another device they are kept in another way.
        self._optimiser.load_state_dict(self._optimiser.state_dict() | {"state": state["optimiser"]["state"]})
        self._epoch_rng = state["shuffle_rng"]
        self._augmentation_rng.set_state(state["augmentation_rng"])
        vars(self).update({name: state[name] for name in _COUNTERS})
        self._divergence = DivergenceWatch(**state["divergence"])

    def _take_step(self, batch: Tensor) -> Tensor:
        """Train on the images at these indices, (n,) int64, and return their mean loss, a scalar."""
        loss = self._backpropagation(self._inputs(batch), self._targets.index_select(0, batch))
        self._optimiser.step()
        return loss

    def _use(self, rate: float) -> None:
        """Take the next step with this learning rate; a rate that stays is not sent to a GPU again."""
        if rate != self._rate:
            set_learning_rate(self._optimiser, rate)
            self._rate = rate

    @contextmanager
    def _unchanged(self) -> Iterator[None]:
        """Put back at the end what steps change: weights, the optimiser's memory and the random numbers' state."""
        before = {name: tensor.clone() for name, tensor in self._changed().items()}
        rng = self._augmentation_rng.get_state()
        try:
            yield
        finally:
            for name, tensor in self._changed().items():
                # An optimiser makes its memory at its first step, and begins with zeros.
                tensor.copy_(before.get(name, torch.zeros_like(tensor)))
            self._augmentation_rng.set_state(rng)

    def _changed(self) -> dict[str, Tensor]:
        """The tensors that a step changes, in place."""
        memory = self._optimiser.state_dict()["state"].items()
        tensors = {f"{number} {name}": value for number, values in memory for name, value in values.items()}
        return self._model.state_dict() | {name: value for name, value in tensors.items() if value is not None}

    def _start_epoch(self) -> None:
        # The state from which the epoch is shuffled, the steps done in it, and the sum of their losses.
        self._epoch_rng, self.epoch_step, self.loss_sum = self._shuffle_rng.get_state(), 0, 0.0

    def _shuffled_batches(self) -> tuple[Tensor, ...]:
        """The indices of the images of each batch of the epoch in progress."""
        self._shuffle_rng.set_state(self._epoch_rng)
        order = torch.randperm(len(self._images), generator=self._shuffle_rng)
        return cast(tuple[Tensor, ...], order.to(self._device).split(self._config.batch_size))

    def _inputs(self, batch: Tensor) -> Tensor:
        images = self._images.index_select(0, batch)
        if self._augments:
            images = augment(images, self._config, self._augmentation_rng)
        return to_inputs(images, self._model.normalisation)

    def _report(self, losses: list[Tensor]) -> Iterator[StepsTaken]:
        # One transfer for many steps: reading each loss at once would make a GPU wait.
        values = torch.stack(losses).tolist()
        for value in values:  # not `sum`, which rounds by how the steps were grouped from Python 3.12 on
            self.loss_sum += value
        sound = self._divergence.count_sound(values)
        self.step -= len(values) - sound
        if sound:
            yield StepsTaken(self.step, values[:sound], self.images_seen)
        if sound < len(values):
            raise DivergedError(self.step + 1, "exploded" if math.isfinite(values[sound]) else "stopped being a number")

    def _end_epoch(self) -> Iterator[TrainingEvent]:
        _, training_accuracy = yield from self._evaluate(self._sample)
        loss, accuracy = (yield from self._evaluate(self._validation)) if len(self._validation) else (None, None)
        if not (self._weights_are_finite() and math.isfinite(loss or 0.0)):
            raise DivergedError(self.step, "exploded")
        self.epoch += 1
        training_loss = self.loss_sum / self._steps_per_epoch
        self._start_epoch()
        yield EpochEnd(self.epoch, training_loss, training_accuracy, loss, accuracy)

    def _evaluate(self, digits: Digits) -> Generator[TrainingEvent, None, tuple[float, float]]:
        """Mean loss and accuracy of the network as it is on `digits`."""
        criterion, loss, correct = LOSSES[self._config.loss], 0.0, 0
        for start in range(0, len(digits), EVALUATION_BATCH):
            part = slice(start, start + EVALUATION_BATCH)
            predicted = outputs(self._model, digits.images[part])
            labels = torch.tensor(digits.labels[part], device=self._device).long()
            loss += float(criterion(predicted, functional.one_hot(labels, 10).float())) * len(labels)
            correct += int((predicted.argmax(dim=1) == labels).sum())
            yield Evaluating()
        return loss / len(digits), correct / len(digits)

    def _weights_are_finite(self) -> bool:
        return all(bool(parameter.isfinite().all()) for parameter in self._model.parameters())


@cache
def warm_up(device: str) -> None:
    """Train two blank images for a step, so that PyTorch loads what it loads late (1.9 s) before a run is timed."""
    blank = Digits(np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8))
    config = TrainingConfig(epochs=1)
    for _ in Trainer(build_network(config).to(device), config, blank, blank).run():
        pass


def _training_tensors(training: Digits, drawn: Digits, own: Digits | None) -> tuple[Tensor, Tensor]:
    """All images to train on, (n, 28, 28) uint8, and the target share of each of the ten digits, (n, 10) float32."""
    mixed = training.joined(drawn, *([own] if own is not None else []))
    # A shape that is no digit is a tenth of each.
    shares = torch.cat([torch.eye(10), torch.full((1, 10), 0.1)])
    return torch.tensor(mixed.images), shares[torch.tensor(mixed.labels).long()]
