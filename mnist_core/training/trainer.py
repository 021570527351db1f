"""The training loop: a generator of events that knows nothing of stores, workers or pages.

The whole set is one tensor of bytes on the device, each epoch takes a shuffled index, each batch is indexed out of it
and normalised.
"""

import math
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import Digits, synthetic
from mnist_core.training.augmentation import augment
from mnist_core.training.gradients import CRITERIA, Autograd, Backpropagation
from mnist_core.training.networks import build_network, outputs, to_inputs
from mnist_core.training.schedule import learning_rate

REPORT_SECONDS = 0.2
"""Steps are reported in batches, at most this long apart (or one step, where a step takes longer)."""
READ_AT_ONCE = 1_000
"""Images that the network reads between two reports after an epoch."""
TRAINING_SAMPLE = 2_500
"""Training images, at most, on which the accuracy is measured after each epoch: all would take half as long again."""
_EXPLODED_TIMES, _EXPLODED_STEPS = 100, 50


class DivergedError(DigitLabError):
    """The loss is no number any more, or has exploded."""


@dataclass(frozen=True)
class StepsTaken:
    """Steps done since the last report, counted from 1: the last one, the loss of each, and all images seen so far.

    There are none while the network reads images after an epoch.
    """

    last: int
    losses: list[float]
    images: int

    @property
    def numbers(self) -> range:
        return range(self.last - len(self.losses) + 1, self.last + 1)


@dataclass(frozen=True)
class EpochEnd:
    """An epoch's end: its number from 1, the mean loss of its steps, and what was measured then.

    Accuracies are 0 to 1; `training_accuracy` is that of the first 2,500 training images, unchanged. What belongs to
    validation images is None where there are none.
    """

    number: int
    training_loss: float
    training_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None

    def values(self) -> dict[str, float]:
        """The values that are there, by the name of their curve."""
        return {name: value for name, value in vars(self).items() if name != "number" and value is not None}


TrainingEvent: TypeAlias = StepsTaken | EpochEnd


class Trainer:
    """One training of `model`, in place and on the device it is on, which can be left and taken up at any event.

    It is trained on the training images, on those that the configuration lets the program draw, and on one's own.

    `epochs` may be raised, and `changes` (learning rates set by hand, by the step after which they hold) extended,
    between two events.
    """

    def __init__(
        self,
        model: nn.Sequential,
        config: TrainingConfig,
        training: Digits,
        validation: Digits,
        own: Digits | None = None,
    ) -> None:
        self.epochs = config.epochs
        self.changes: dict[int, float] = {}
        self.epoch = self.step = self.seen = 0
        """Epochs and steps done, images seen."""
        self._model, self._config, self._validation = model, config, validation
        self._per_epoch = config.steps_per_epoch(len(training) + (len(own) if own is not None else 0))
        self._device = next(model.parameters()).device
        self._sample = training.take(np.arange(min(TRAINING_SAMPLE, len(training))))
        mixed = training.joined(
            synthetic.generate_digits(config.synthetic_digits, config.seed),
            synthetic.generate_non_digits(config.non_digits, config.seed),
            *([own] if own is not None else []),
        )
        self._images = torch.tensor(mixed.images, device=self._device)
        # A shape that is no digit is a tenth of each.
        shares = torch.cat([torch.eye(10), torch.full((1, 10), 0.1)])
        self._targets = shares[torch.tensor(mixed.labels).long()].to(self._device)
        self._backpropagate = (
            Backpropagation(model, config.activation, config.loss)
            if config.network == "mlp"
            else Autograd(model, config.loss)
        )
        self._optimiser = _optimiser(self._backpropagate.parameters, config)
        self._shuffle = torch.Generator().manual_seed(config.seed)
        self._order = self._shuffle.get_state()
        """State from which the epoch in progress is shuffled."""
        self._chance = torch.Generator(self._device).manual_seed(config.seed)
        self._position, self._total = 0, 0.0
        """Steps done in the epoch in progress, and the sum of their losses."""
        self._first_loss, self._exploded = math.nan, 0

    @property
    def steps(self) -> int:
        """Steps in all, to the end of the last epoch."""
        return self.epochs * self._per_epoch

    def run(self) -> Iterator[TrainingEvent]:
        """Train until all epochs are done; raises `DivergedError` where the loss is no number any more or explodes."""
        while self.epoch < self.epochs:
            self._model.train()
            self._shuffle.set_state(self._order)
            order = torch.randperm(len(self._images), generator=self._shuffle).to(self._device)
            losses, reported = list[Tensor](), time.perf_counter()
            for batch in order.split(self._config.batch_size)[self._position :]:
                losses.append(self._take_step(batch))
                self._position += 1
                self.step += 1
                self.seen += len(batch)
                if self._position == self._per_epoch or time.perf_counter() - reported >= REPORT_SECONDS:
                    yield from self._report(losses)
                    losses, reported = [], time.perf_counter()
            _, training_accuracy = yield from self._read(self._sample)
            loss, accuracy = (yield from self._read(self._validation)) if len(self._validation) else (None, None)
            if not (self.is_sound and math.isfinite(loss or 0.0)):
                raise DivergedError(f"The loss exploded at step {self.step:,}; lower the learning rate and go on.")
            self._order = self._shuffle.get_state()
            self.epoch += 1
            mean = self._total / self._per_epoch
            self._position, self._total = 0, 0.0
            yield EpochEnd(self.epoch, mean, training_accuracy, loss, accuracy)

    def _take_step(self, batch: Tensor) -> Tensor:
        images = self._images.index_select(0, batch)
        if self._config.augments:
            images = augment(images, self._config, self._chance)
        loss = self._backpropagate(to_inputs(images), self._targets.index_select(0, batch))
        rate = learning_rate(self._config, self._config.epochs * self._per_epoch, self.step, self.changes)
        self._optimiser.param_groups[0]["lr"] = rate
        self._optimiser.step()
        return loss

    def _report(self, losses: list[Tensor]) -> Iterator[StepsTaken]:
        # One transfer for many steps: reading each loss at once would make a GPU wait.
        values = torch.stack(losses).tolist()
        start = self.step - len(values)
        for index, value in enumerate(values):
            if math.isnan(self._first_loss):
                self._first_loss = value
            self._total += value
            self._exploded = self._exploded + 1 if value > _EXPLODED_TIMES * self._first_loss else 0
            if not math.isfinite(value) or self._exploded == _EXPLODED_STEPS:
                self.step = start + index
                if index:
                    yield StepsTaken(self.step, values[:index], self.seen)
                how = "exploded" if math.isfinite(value) else "stopped being a number"
                raise DivergedError(f"The loss {how} at step {self.step + 1:,}; lower the learning rate and go on.")
        yield StepsTaken(self.step, values, self.seen)

    def _read(self, digits: Digits) -> Generator[TrainingEvent, None, tuple[float, float]]:
        """Mean loss and accuracy of the network as it is on `digits`."""
        criterion, loss, right = CRITERIA[self._config.loss], 0.0, 0
        for start in range(0, len(digits), READ_AT_ONCE):
            part = slice(start, start + READ_AT_ONCE)
            found = outputs(self._model, digits.images[part])
            labels = torch.tensor(digits.labels[part], device=self._device).long()
            loss += float(criterion(found, functional.one_hot(labels, 10).float())) * len(labels)
            right += int((found.argmax(dim=1) == labels).sum())
            yield StepsTaken(self.step, [], self.seen)
        return loss / len(digits), right / len(digits)

    # Leaving and taking up

    @property
    def is_sound(self) -> bool:
        """Whether all weights are finite numbers."""
        return all(bool(parameter.isfinite().all()) for parameter in self._model.parameters())

    @property
    def explodes(self) -> bool:
        """Whether the last loss was far above the first."""
        return self._exploded > 0

    def state(self) -> dict[str, Any]:
        """All that decides how the training goes on after the last event, in tensors, numbers and texts."""
        return {
            "model": self._model.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "order": self._order,
            "chance": self._chance.get_state(),
            "position": (self.epoch, self._position, self.step, self.seen),
            "losses": (self._total, self._first_loss, self._exploded),
        }

    def take_up(self, state: Mapping[str, Any]) -> None:
        """Go on from a state of the same training, in this process or another."""
        self._model.load_state_dict(state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._order = state["order"]
        self._chance.set_state(state["chance"])
        self.epoch, self._position, self.step, self.seen = state["position"]
        self._total, self._first_loss, self._exploded = state["losses"]


@cache
def warm_up(device: str) -> None:
    """Train two blank images for a step, so that PyTorch loads what it loads late (1.9 s) before it is timed."""
    blank = Digits(np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8))
    config = TrainingConfig(epochs=1)
    for _ in Trainer(build_network(config).to(device), config, blank, blank).run():
        pass


def _optimiser(parameters: list[Tensor], config: TrainingConfig) -> torch.optim.Optimizer:
    rate, decay = config.learning_rate, config.weight_decay
    # Fused: one call for all parameters.
    if config.optimiser == "adam":
        return torch.optim.Adam(parameters, lr=rate, weight_decay=decay, fused=True)
    return torch.optim.SGD(parameters, lr=rate, momentum=config.momentum, weight_decay=decay, fused=True)
