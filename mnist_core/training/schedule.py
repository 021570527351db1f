"""The learning rate of each step: constant or one cycle, until a person sets it by hand. Does not import torch."""

import math
from collections.abc import Mapping

from mnist_core.config import TrainingConfig

_RISING_SHARE, _START, _END = 0.3, 1 / 25, 1 / 250_000
"""Share of a cycle's steps in which the rate rises; its first and last rate, as shares of the full learning rate."""


def learning_rate(config: TrainingConfig, cycle: int, step: int, changes: Mapping[int, float]) -> float:
    """The learning rate of the step after `step` steps.

    `cycle` is the number of steps that one cycle takes; steps after it keep its last rate. `changes` are the rates set
    by hand, by the number of steps done then; each holds until the next one, and the first one ends a cycle.
    One cycle is that of `torch.optim.lr_scheduler.OneCycleLR`, after Smith and Topin, Super-convergence (2019).
    """
    last_change = max((change for change in changes if change <= step), default=None)
    if last_change is not None:
        return changes[last_change]
    if config.schedule == "constant":
        return config.learning_rate
    peak, end = _RISING_SHARE * cycle - 1, cycle - 1
    if step <= peak:
        return config.learning_rate * _cosine(_START, 1.0, step / peak if peak > 0 else 1.0)
    return config.learning_rate * _cosine(1.0, _END, (min(step, end) - peak) / (end - peak))


def _cosine(start: float, end: float, progress: float) -> float:
    """From `start` to `end` along half a cosine."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * progress))
