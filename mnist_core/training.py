"""The training loop: a generator of events that knows nothing of stores, workers or pages.

The whole set is one tensor of bytes on the device, each epoch takes a shuffled index, each batch is indexed out of it
and normalised.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from mnist_core import DigitLabError
from mnist_core.backpropagation import Backpropagation
from mnist_core.config import TrainingConfig
from mnist_core.data import Digits
from mnist_core.models import build, outputs, to_inputs

REPORT_SECONDS = 0.2
"""Steps are reported in batches, at most this long apart (or one step, where a step takes longer)."""


@dataclass(frozen=True)
class Steps:
    """Steps done since the last report, counted from 1: the last one, the loss of each, and all images seen so far."""

    last: int
    losses: list[float]
    images: int

    @property
    def numbers(self) -> range:
        return range(self.last - len(self.losses) + 1, self.last + 1)


@dataclass(frozen=True)
class Epoch:
    """An epoch's end: its number from 1, the mean training loss, and accuracy on validation images (0 to 1)."""

    number: int
    training_loss: float
    validation_accuracy: float | None

    def values(self) -> dict[str, float]:
        """The values that are there, by the name of their curve."""
        accuracy = {} if self.validation_accuracy is None else {"validation_accuracy": self.validation_accuracy}
        return {"training_loss": self.training_loss} | accuracy


Event: TypeAlias = Steps | Epoch


def steps_per_epoch(config: TrainingConfig, images: int) -> int:
    return math.ceil(images / config.batch_size)


def train(model: nn.Sequential, config: TrainingConfig, training: Digits, validation: Digits) -> Iterator[Event]:
    """Train `model` in place, on the device it is on; the caller may stop between two events.

    Raises `DigitLabError` where the loss stops being a finite number.
    """
    device = next(model.parameters()).device
    images = torch.tensor(training.images, device=device)
    targets = torch.eye(10, device=device)[torch.tensor(training.labels, device=device).long()]
    backpropagate = Backpropagation(model, config.activation, config.loss)
    optimiser = _optimiser(backpropagate.parameters, config)
    shuffle = torch.Generator().manual_seed(config.seed)
    step, seen, losses, reported = 0, 0, list[Tensor](), time.perf_counter()
    for epoch in range(1, config.epochs + 1):
        model.train()
        total = 0.0
        batches = torch.randperm(len(images), generator=shuffle).to(device).split(config.batch_size)
        for position, batch in enumerate(batches, start=1):
            losses.append(backpropagate(to_inputs(images.index_select(0, batch)), targets.index_select(0, batch)))
            optimiser.step()
            step += 1
            seen += len(batch)
            if position == len(batches) or time.perf_counter() - reported >= REPORT_SECONDS:
                # One transfer for many steps: reading each loss at once would make a GPU wait.
                values = torch.stack(losses).tolist()
                if not math.isfinite(sum(values)):
                    raise DigitLabError(
                        f"The loss stopped being a number at step {step:,}; lower the learning rate and start again."
                    )
                yield Steps(step, values, seen)
                total += sum(values)
                losses, reported = [], time.perf_counter()
        yield Epoch(epoch, total / len(batches), accuracy(model, validation) if len(validation) else None)


@cache
def warm_up(device: str) -> None:
    """Train two blank images for a step, so that PyTorch loads what it loads late (1.9 s) before it is timed."""
    blank = Digits(np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8))
    config = TrainingConfig(epochs=1)
    for _ in train(build(config).to(device), config, blank, blank):
        pass


def accuracy(model: nn.Module, digits: Digits) -> float:
    """Share of `digits` for which the network's largest output is the label, 0 to 1."""
    answers = outputs(model, digits.images).argmax(dim=1).cpu().numpy()
    return float((answers == digits.labels).mean())


def _optimiser(parameters: list[Tensor], config: TrainingConfig) -> torch.optim.Optimizer:
    rate, decay = config.learning_rate, config.weight_decay
    # Fused: one call for all parameters.
    if config.optimiser == "adam":
        return torch.optim.Adam(parameters, lr=rate, weight_decay=decay, fused=True)
    return torch.optim.SGD(parameters, lr=rate, momentum=config.momentum, weight_decay=decay, fused=True)
