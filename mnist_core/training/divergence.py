"""When a training has diverged: its loss is not a number any more, or has stayed far above the first one."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from mnist_core import DigitLabError

EXPLOSION_FACTOR, EXPLOSION_STEPS = 100, 50
"""A training has diverged when so many losses in a row were more than so many times the first one."""


class DivergedError(DigitLabError):
    """The loss is not a number any more, or has exploded."""

    def __init__(self, step: int, how: Literal["exploded", "stopped being a number"]) -> None:
        super().__init__(f"The loss {how} at step {step:,}; lower the learning rate and go on.")


class DivergenceWatch:
    """Watches the losses of one training, in the order of its steps."""

    def __init__(self) -> None:
        self._first_loss = math.nan
        self._high_losses = 0
        """How many losses in a row, up to the last one, were far above the first one."""

    @property
    def is_alarmed(self) -> bool:
        """Whether the last loss was far above the first one."""
        return self._high_losses > 0

    def count_sound(self, losses: Sequence[float]) -> int:
        """How many of the next losses came before the training diverged; all of them where it did not."""
        for index, loss in enumerate(losses):
            if math.isnan(self._first_loss):
                self._first_loss = loss
            self._high_losses = self._high_losses + 1 if loss > EXPLOSION_FACTOR * self._first_loss else 0
            if not math.isfinite(loss) or self._high_losses == EXPLOSION_STEPS:
                return index
        return len(losses)

    def state_dict(self) -> dict[str, Any]:
        return {"first_loss": self._first_loss, "high_losses": self._high_losses}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self._first_loss, self._high_losses = state["first_loss"], state["high_losses"]
