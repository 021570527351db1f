"""What is wrong with a training, as far as its curves tell, and what would help."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mnist_core.config import TrainingConfig
from mnist_core.store import Run, Store

SEEN_STEPS = 300
"""Steps after which a network that learns is better than guessing."""
RECENT_STEPS = 100
_GUESSING = {"mse": 0.09, "cross_entropy": math.log(10)}
"""Loss of always giving each digit a tenth."""
_STRONG = {"sgd": 0.5, "adam": 0.01}
"""A learning rate from which steps may be too large; for SGD divided by 1 - momentum."""


@dataclass(frozen=True)
class Advice:
    """What was seen, why it is so, and the hyperparameters that would help."""

    seen: str
    sentence: str
    changes: dict[str, Any]


def of_run(store: Store, run: Run) -> Advice | None:
    """The most urgent advice for a run as it is stored."""
    old_enough = run.step >= SEEN_STEPS or run.status == "finished"
    _, recent = store.metrics.curve(run.id, "loss", after=max(run.step - RECENT_STEPS, 0))
    return advise(
        run.config,
        # Not the rate of the moment, which a schedule may have brought down to almost 0.
        run.rate_by_hand or run.config.learning_rate,
        recent.tolist() if old_enough else [],
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

    `rate` is its full learning rate, `recent_losses` those of its last 100 steps once it has done 300 or has ended,
    `training_losses` and `validation_losses` those of each epoch.
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
    seen = "The loss is no better than guessing"
    strength = rate / (1 - config.momentum) if config.optimiser == "sgd" else rate
    if strength >= _STRONG[config.optimiser]:
        sentence = f"Steps at a learning rate of {rate:g} may be so large that the units have died. Take smaller steps."
        return Advice(seen, sentence, {"learning_rate": _rounded(rate / 10)})
    sentence = f"A learning rate of {rate:g} hardly changes the weights. Take larger steps."
    return Advice(seen, sentence, {"learning_rate": _rounded(rate * 10)})


def _overfitting(config: TrainingConfig, best_epoch: int) -> Advice:
    seen = "The network overfits"
    falling = f"Since epoch {best_epoch} the loss on validation images rises while that on training images falls"
    if config.augments:
        return Advice(seen, f"{falling}. Stop earlier.", {"epochs": best_epoch})
    return Advice(
        seen,
        f"{falling}: it learns the images by heart. Turn and move them at random, so that no image comes twice.",
        {"rotation": 10.0, "shift": 2.0},
    )


def _rounded(rate: float) -> float:
    """A learning rate in the range that a training takes, with one digit."""
    return min(max(float(f"{rate:.0e}"), 1e-5), 10.0)
