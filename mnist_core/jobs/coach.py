"""Advice on a training whose curves show that something is wrong: what, why, and which settings would help."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mnist_core.config import TrainingConfig
from mnist_core.store import Run, Store

MIN_STEPS = 300
"""After so many steps, a network that learns at all is better than guessing."""
RECENT_STEPS = 100
"""Steps whose mean loss is compared with that of guessing."""
_GUESSING = {"mse": 0.09, "cross_entropy": math.log(10)}
"""The loss where each digit always gets a probability of 0.1."""
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
    enough_steps = run.step >= MIN_STEPS or run.status == "finished"
    _, recent = store.metrics.curve(run.id, "loss", after=max(run.step - RECENT_STEPS, 0))
    return advise(
        run.config,
        # Not the current rate, which a schedule may have brought close to 0.
        run.rate_by_hand or run.config.learning_rate,
        recent.tolist() if enough_steps else [],
        *(store.metrics.curve(run.id, f"{part}_loss")[1].tolist() for part in ("training", "validation")),
        diverged=run.status == "failed" and bool(run.marks) and run.marks[-1].event == "diverged",
    )


def advise(
    config: TrainingConfig,
    rate: float,
    recent_losses: Sequence[float],
    training_losses: Sequence[float],
    validation_losses: Sequence[float],
    *,
    diverged: bool,
) -> Advice | None:
    """The most urgent advice for a training, or None where nothing is wrong.

    `rate` is the learning rate before any schedule. `recent_losses` are those of the last 100 steps, empty before
    there are 300 unless the training has ended; `training_losses` and `validation_losses` are those of each epoch.
    """
    if diverged:
        return Advice(
            "The loss exploded",
            f"At a learning rate of {rate:g} each step overshoots further than the one before. Take smaller steps.",
            {"learning_rate": _rounded(rate / 10)},
        )
    if recent_losses and sum(recent_losses) / len(recent_losses) > 0.95 * _GUESSING[config.loss]:
        return _plateau(config, rate)
    best = min(range(len(validation_losses)), key=validation_losses.__getitem__, default=0)
    if len(validation_losses) - best > 2 and training_losses[-1] < training_losses[best]:
        return _overfitting(config, best + 1)
    return None


def _plateau(config: TrainingConfig, rate: float) -> Advice:
    problem = "The loss is no better than guessing"
    effective_rate = rate / (1 - config.momentum) if config.optimiser == "sgd" else rate
    if effective_rate >= _LARGE_RATE[config.optimiser]:
        why = f"Steps at a learning rate of {rate:g} may be so large that the units have died. Take smaller steps."
        return Advice(problem, why, {"learning_rate": _rounded(rate / 10)})
    why = f"A learning rate of {rate:g} hardly changes the weights. Take larger steps."
    return Advice(problem, why, {"learning_rate": _rounded(rate * 10)})


def _overfitting(config: TrainingConfig, best_epoch: int) -> Advice:
    problem = "The network overfits"
    falling = f"Since epoch {best_epoch} the loss on validation images rises while that on training images falls"
    if config.augments:
        return Advice(problem, f"{falling}. Stop earlier.", {"epochs": best_epoch})
    return Advice(
        problem,
        f"{falling}: it learns the images by heart. Turn and move them at random, so that no image comes twice.",
        {"rotation": 10.0, "shift": 2.0},
    )


def _rounded(rate: float) -> float:
    """A learning rate with one significant digit, within the range that the configuration accepts."""
    return min(max(float(f"{rate:.0e}"), 1e-5), 10.0)
