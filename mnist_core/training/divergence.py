"""When a training has diverged: its loss is not a number any more, or has stayed far above the first one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mnist_core import DigitLabError

EXPLOSION_FACTOR, EXPLOSION_STEPS = 100, 50
"""A training has diverged when EXPLOSION_STEPS losses in a row were more than EXPLOSION_FACTOR times the first."""


class DivergedError(DigitLabError):
    """The loss is not a number any more, or has exploded."""

    def __init__(self, step: int, how: Literal["exploded", "stopped being a number"]) -> None:
        super().__init__(f"The loss {how} at step {step:,}; lower the learning rate and go on.")


@dataclass
class DivergenceWatch:
    """Watches the losses of one training, in the order of its steps.

    `high_losses` is how many losses in a row, up to the last one, were far above the first one.
    """

    first_loss: float = math.nan
    high_losses: int = 0

    def count_sound(self, losses: Sequence[float]) -> int:
        """How many of the next losses came before the training diverged; all of them where it did not."""
        for index, loss in enumerate(losses):
            if math.isnan(self.first_loss):
                self.first_loss = loss
            self.high_losses = self.high_losses + 1 if loss > EXPLOSION_FACTOR * self.first_loss else 0
            if not math.isfinite(loss) or self.high_losses == EXPLOSION_STEPS:
                return index
        return len(losses)
