"""The same settings trained several times: with ever more images, or only with other seeds, and what came of it."""

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import split_sizes
from mnist_core.store import RepeatsKind, Run

SIZES = (100, 300, 1_000, 3_000, 10_000, 30_000)
"""Training images for the learning curve, before all of them."""
MOST_SEEDS = 20
VALIDATION_SHARE = 0.1
"""Held out for a learning curve where the settings hold out none, since the test set stays closed for it."""
WIDE = 0.02
"""A gap between training and validation accuracy that is worth a word."""


def plan(kind: RepeatsKind, config: TrainingConfig, train_count: int, seeds: int) -> list[tuple[TrainingConfig, str]]:
    """The configurations of a series' runs and their names, in the order in which they are to be trained.

    `train_count` is the number of training images of the data set. Raises `DigitLabError` where the number of seeds is
    out of range, or where too few images are left to train on.
    """
    if kind == "learning curve":
        return plan_learning_curve(config, train_count, seeds)
    split_sizes(train_count, config.validation_share, config.train_size)
    return plan_seeds(config, seeds)


def plan_learning_curve(config: TrainingConfig, train_count: int, seeds: int) -> list[tuple[TrainingConfig, str]]:
    """The settings with each of SIZES that is fewer than all images, and with all, for 1 to 20 seeds.

    Of one seed, the smaller training sets are parts of the larger ones. The smallest come first, with all seeds, so
    that the curve is there early.
    """
    share, left, _ = curve_parts(config, train_count)
    sizes = [*(size for size in SIZES if size < left), None]
    return [
        (
            config.model_copy(update={"validation_share": share, "train_size": size, "seed": seed}),
            f"{left if size is None else size:,} images, seed {seed}",
        )
        for size, seed in product(sizes, _seeds(config, 1, seeds))
    ]


def curve_parts(config: TrainingConfig, train_count: int) -> tuple[float, int, int]:
    """The validation share of a learning curve, and how many images it leaves to train on and holds out."""
    share = config.validation_share
    if not split_sizes(train_count, share, None)[1]:
        share = VALIDATION_SHARE
    return share, *split_sizes(train_count, share, None)


def plan_seeds(config: TrainingConfig, seeds: int) -> list[tuple[TrainingConfig, str]]:
    """The settings with 2 to 20 seeds; the first is their own."""
    return [(config.model_copy(update={"seed": seed}), f"Seed {seed}") for seed in _seeds(config, 2, seeds)]


def _seeds(config: TrainingConfig, fewest: int, count: int) -> range:
    if not fewest <= count <= MOST_SEEDS:
        raise DigitLabError(f"The number of seeds is {count}; choose one from {fewest} to {MOST_SEEDS}.")
    if config.seed + count > 2**31:
        raise DigitLabError(f"There are no {count} seeds from {config.seed} on; choose a smaller seed.")
    return range(config.seed, config.seed + count)


def progress(runs: Iterable[Run]) -> float:
    """Share of the steps of all runs that are done, 0 to 1."""
    steps, done = 0, 0
    for run in runs:
        steps += _steps(run)
        done += _steps(run) if run.status == "finished" else run.step
    return done / steps if steps else 0.0


def seconds_left(runs: Sequence[Run]) -> float | None:
    """Time until all runs in progress have ended, as the shortest and the longest run so far let expect.

    None where none is in progress, or none has come far enough to tell.
    """
    waiting = [run for run in runs if run.in_progress]
    begun = sorted((run for run in runs if run.step), key=lambda run: run.step)
    # Ten times too long is what a run of 100 images let expect of all 54,000.
    if not waiting or not begun or begun[-1].step < 0.05 * max(map(_steps, waiting)):
        return None
    shortest, longest = begun[0], begun[-1]
    start, pace = 0.0, longest.seconds / longest.step
    if longest.step >= 2 * shortest.step and longest.seconds > shortest.seconds:
        # Validation takes a run of few images longer than its steps: part of the time does not grow with the steps.
        pace = (longest.seconds - shortest.seconds) / (longest.step - shortest.step)
        start = max(shortest.seconds - pace * shortest.step, 0.0)
    together = max(sum(run.status == "running" for run in runs), 1)
    return sum(pace * (_steps(run) - run.step) + (0.0 if run.step else start) for run in waiting) / together


def _steps(run: Run) -> int:
    """The steps of a run; the store is told them when it starts."""
    return run.steps or run.config.epochs * run.steps_per_epoch


@dataclass(frozen=True)
class Band:
    """The mean of some accuracies, the lowest and the highest of them, each 0 to 1."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, accuracies: Sequence[float]) -> "Band":
        return cls(statistics.fmean(accuracies), min(accuracies), max(accuracies))


@dataclass(frozen=True)
class Point:
    """What so many seeds came to with so many training images; `training` is read off images trained on."""

    images: int
    seeds: int
    training: Band
    validation: Band


def points(runs: Iterable[Run]) -> list[Point]:
    """A learning curve as far as its runs have finished, by the number of training images."""
    finished = defaultdict[int, list[tuple[float, float]]](list)
    for run in comparable(runs):
        if run.training_accuracy is not None and run.validation_accuracy is not None:
            finished[run.training_images].append((run.training_accuracy, run.validation_accuracy))
    return [
        Point(images, len(pairs), *(Band.of(accuracies) for accuracies in zip(*pairs, strict=True)))
        for images, pairs in sorted(finished.items())
    ]


def advice(points: Sequence[Point], most: int) -> str:
    """What the end of a learning curve says, at `most` training images; nothing where it is not there yet."""
    if not points or points[-1].images < most:
        return ""
    from mnist_core.evaluation.generalisation import (  # whose package imports torch
        ERROR_RATIO,
        MIN_GAP,
        MIN_TRAINING_ACCURACY,
    )

    training, validation = points[-1].training.mean, points[-1].validation.mean
    gap = training - validation
    if gap > WIDE or (gap >= MIN_GAP and 1 - validation >= ERROR_RATIO * (1 - training)):
        return "The gap between the curves is what more images would close."
    if training < MIN_TRAINING_ACCURACY:
        return "The curves have met: a larger network or more epochs would help more than more images."
    return "The curves have met, and both are high."


def comparable(runs: Iterable[Run]) -> list[Run]:
    """The runs that were trained to their end as their settings say, by which alone these can be judged."""
    return [run for run in runs if run.status == "finished" and run.as_configured]


@dataclass(frozen=True)
class SeedVariance:
    """Accuracies of the same settings with different seeds, 0 to 1; two at least."""

    accuracies: tuple[float, ...]

    @property
    def mean(self) -> float:
        return statistics.fmean(self.accuracies)

    @property
    def std(self) -> float:
        """The sample standard deviation, with n - 1."""
        return statistics.stdev(self.accuracies)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the mean over all seeds, within 0 to 1; Student's (1908) t."""
        from scipy.stats import t  # takes a second to load

        n = len(self.accuracies)
        margin = float(t.ppf(0.975, n - 1)) * self.std / math.sqrt(n)
        return max(self.mean - margin, 0.0), min(self.mean + margin, 1.0)
