"""What a training reports on its way."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class StepsTaken:
    """Optimiser steps since the last report: the number of the last one, counted from 1, and the loss of each.

    `images_seen` is how many training images were seen so far, over all epochs.
    """

    last: int
    losses: list[float]
    images_seen: int

    @property
    def numbers(self) -> range:
        """The number of each step, one for each loss."""
        return range(self.last - len(self.losses) + 1, self.last + 1)


@dataclass(frozen=True)
class Evaluating:
    """The steps of an epoch are done and its evaluation goes on: reported so that it, too, can be paused or stopped."""


@dataclass(frozen=True)
class EpochEnd:
    """The end of an epoch: its number, counted from 1, the mean loss of its steps, and its evaluation.

    Accuracies are 0 to 1; `training_accuracy` is that on the first 2,500 training images, without augmentation. What
    belongs to validation images is None where there are none.
    """

    number: int
    training_loss: float
    training_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None

    def values(self) -> dict[str, float]:
        """The values that are there, by the name of their curve."""
        return {name: value for name, value in vars(self).items() if name != "number" and value is not None}


TrainingEvent: TypeAlias = StepsTaken | Evaluating | EpochEnd
