"""The learning rate of each step: a constant or one cycle, until a person changes it by hand."""

import math
from collections.abc import Mapping

from mnist_core.config import TrainingConfig

_RISING, _START, _END = 0.3, 1 / 25, 1 / 250_000
"""Share of the steps in which one cycle rises, and where it starts and ends, as shares of the full learning rate."""


def learning_rate(config: TrainingConfig, cycle: int, step: int, changes: Mapping[int, float]) -> float:
    """The learning rate of the step after `step` steps.

    `cycle` is the number of steps that one cycle takes; steps after it keep its last rate. `changes` are the rates set
    by hand, by the number of steps done then; each stays until the next and ends a schedule.
    One cycle is that of `torch.optim.lr_scheduler.OneCycleLR`, after Smith and Topin, Super-convergence (2019).
    """
    last = max((change for change in changes if change <= step), default=None)
    if last is not None:
        return changes[last]
    if config.schedule == "constant":
        return config.learning_rate
    top, end = _RISING * cycle - 1, cycle - 1
    if step <= top:
        share = _between(_START, 1.0, step / top if top > 0 else 1.0)
    else:
        share = _between(1.0, _END, (min(step, end) - top) / (end - top))
    return config.learning_rate * share


def _between(start: float, end: float, way: float) -> float:
    """From `start` to `end` along half a cosine."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * way))
