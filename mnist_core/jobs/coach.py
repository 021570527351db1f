"""Advice on a training whose curves show that something is wrong: what, why, and which settings would help."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from mnist_core.config import HYPERPARAMETERS, TrainingConfig
from mnist_core.store import Run, Store

_MIN_STEPS, _RECENT_STEPS = 300, 100
"""After so many steps, a network that learns at all is better than guessing, by the mean loss of the last steps."""
Losses: TypeAlias = Sequence[float]
_GUESSING = {"mse": 0.09, "cross_entropy": math.log(10)}  # the loss where each digit always gets a probability of 0.1
_LARGE_RATE = {"sgd": 0.5, "adam": 0.01}
"""Learning rates from which on steps may be too large; for SGD the rate is divided by 1 - momentum first."""


@dataclass(frozen=True)
class Advice:
    """What is wrong, why, and the values of hyperparameters that would help."""

    problem: str
    explanation: str
    changes: dict[str, Any]


def advise_on_run(store: Store, run: Run) -> Advice | None:
    """The most urgent advice for a stored run, or None where nothing is wrong."""
    _, recent = store.metrics.curve(run.id, "loss", after=max(run.step - _RECENT_STEPS, 0))
    enough_steps = run.step >= _MIN_STEPS or run.status == "finished"
    return advise(
        run.config,
        # Not the current rate, which a schedule may have brought close to 0.
        run.rate_by_hand or run.config.learning_rate,
        recent.tolist() if enough_steps else [],
        *(store.metrics.curve(run.id, f"{part}_loss")[1].tolist() for part in ("training", "validation")),
        diverged=run.status == "failed" and bool(run.marks) and run.marks[-1].event == "diverged",
    )


def advise(
    config: TrainingConfig, rate: float, recent: Losses, training: Losses, validation: Losses, *, diverged: bool
) -> Advice | None:
    """The most urgent advice for a training, or None where nothing is wrong.

    `rate` is the learning rate before any schedule. `recent` are the losses of the last 100 steps, empty before there
    are 300 unless the training has ended; `training` and `validation` are the losses of each epoch.
    """
    if diverged:
        why = f"At a learning rate of {rate:g} each step overshoots further than the one before. Take smaller steps."
        return Advice("The loss exploded", why, {"learning_rate": _rounded(rate / 10)})
    if recent and sum(recent) / len(recent) > 0.95 * _GUESSING[config.loss]:
        return _advise_on_plateau(config, rate)
    best = min(range(len(validation)), key=validation.__getitem__, default=0)
    if len(validation) - best > 2 and training[-1] < training[best]:
        return _advise_on_overfitting(config, best + 1)
    return None


def _advise_on_plateau(config: TrainingConfig, rate: float) -> Advice:
    problem = "The loss is no better than guessing"
    effective_rate = rate / (1 - config.momentum) if config.optimiser == "sgd" else rate
    if effective_rate >= _LARGE_RATE[config.optimiser]:
        why = f"Steps at a learning rate of {rate:g} may be so large that the units have died. Take smaller steps."
        return Advice(problem, why, {"learning_rate": _rounded(rate / 10)})
    why = f"A learning rate of {rate:g} hardly changes the weights. Take larger steps."
    return Advice(problem, why, {"learning_rate": _rounded(rate * 10)})


def _advise_on_overfitting(config: TrainingConfig, best_epoch: int) -> Advice:
    problem = "The network overfits"
    falling = f"Since epoch {best_epoch} the loss on validation images rises while that on training images falls"
    if config.augments:
        return Advice(problem, f"{falling}. Stop earlier.", {"epochs": best_epoch})
    why = f"{falling}: it learns the images by heart. Turn and move them at random, so that no image comes twice."
    return Advice(problem, why, {"rotation": 10.0, "shift": 2.0})


def _rounded(rate: float) -> float:
    """A learning rate with one significant digit, within the range that the configuration accepts."""
    allowed = HYPERPARAMETERS["learning_rate"]
    return min(max(float(f"{rate:.0e}"), allowed.low), allowed.high)
