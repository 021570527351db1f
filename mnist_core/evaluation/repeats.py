"""Training the same settings several times, with more and more images or only with other seeds, and the results."""

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from mnist_core import DigitLabError, slow_imports
from mnist_core.config import HYPERPARAMETERS, TrainingConfig
from mnist_core.data import split_sizes
from mnist_core.evaluation.generalisation import ERROR_RATIO, MIN_GAP, MIN_TRAINING_ACCURACY
from mnist_core.store import RepeatsKind, Run

SIZES = (100, 300, 1_000, 3_000, 10_000, 30_000)
"""Training set sizes of a learning curve, below that of all images."""
MOST_SEEDS = 20
VALIDATION_SHARE = 0.1
"""Held out for a learning curve where the settings hold out nothing, since it never opens the test set."""
WIDE_GAP = 0.02
"""A gap between training and validation accuracy that more images are likely to close."""


def plan(kind: RepeatsKind, config: TrainingConfig, train_count: int, seeds: int) -> list[tuple[TrainingConfig, str]]:
    """The configurations and names of the runs, in the order in which they are to be trained.

    Seed variance: the settings with 2 to 20 seeds, beginning with their own. Learning curve: with each of SIZES below
    the number of all images, and with all images, for 1 to 20 seeds each. For one seed, smaller training sets are
    subsets of larger ones; the smallest come first, with all seeds, so that the curve appears early.

    `train_count` is the number of training images of the data set. Raises `DigitLabError` where the number of seeds is
    out of range, or where too few images are left to train on.
    """
    fewest = 1 if kind == "learning curve" else 2
    if not fewest <= seeds <= MOST_SEEDS:
        raise DigitLabError(f"The number of seeds is {seeds}; choose one from {fewest} to {MOST_SEEDS}.")
    if config.seed + seeds - 1 > HYPERPARAMETERS["seed"].high:
        raise DigitLabError(f"There are no {seeds} seeds from {config.seed} on; choose a smaller seed.")
    seed_range = range(config.seed, config.seed + seeds)
    if kind == "seed variance":
        split_sizes(train_count, config.validation_share, config.train_size)
        return [(config.model_copy(update={"seed": seed}), f"Seed {seed}") for seed in seed_range]
    share, most, _ = learning_curve_split(config, train_count)
    update, sizes = {"validation_share": share}, [*(size for size in SIZES if size < most), None]
    return [
        (config.model_copy(update=update | {"train_size": size, "seed": seed}), f"{size or most:,} images, seed {seed}")
        for size, seed in product(sizes, seed_range)
    ]


def learning_curve_split(config: TrainingConfig, train_count: int) -> tuple[float, int, int]:
    """The validation share of a learning curve, and the numbers of images to train on and to validate on."""
    share = config.validation_share
    if not split_sizes(train_count, share, None)[1]:
        share = VALIDATION_SHARE
    return share, *split_sizes(train_count, share, None)


def progress(runs: Sequence[Run]) -> float:
    """Share of the steps of all runs that are done, 0 to 1."""
    done = sum(_total_steps(run) if run.status == "finished" else run.step for run in runs)
    return done / max(sum(map(_total_steps, runs)), 1)


def seconds_left(runs: Sequence[Run]) -> float | None:
    """Estimated time until all runs in progress have ended, from the shortest and the longest run so far.

    None where no run is in progress, or where none has come far enough for an estimate.
    """
    waiting = [run for run in runs if run.in_progress]
    started = sorted((run for run in runs if run.step), key=lambda run: run.step)
    # From a run on 100 images, the estimate for one on 54,000 is ten times too long.
    if not waiting or not started or started[-1].step < 0.05 * max(map(_total_steps, waiting)):
        return None
    shortest, longest = started[0], started[-1]
    overhead, per_step = 0.0, longest.seconds / longest.step
    if longest.step >= 2 * shortest.step and longest.seconds > shortest.seconds:
        # On few images, validation takes longer than the steps: part of the time does not grow with their number.
        per_step = (longest.seconds - shortest.seconds) / (longest.step - shortest.step)
        overhead = max(shortest.seconds - per_step * shortest.step, 0.0)
    seconds = sum(per_step * (_total_steps(run) - run.step) + (0.0 if run.step else overhead) for run in waiting)
    return seconds / max(sum(run.status == "running" for run in runs), 1)


def _total_steps(run: Run) -> int:
    """The steps of a run, which are not stored before it starts."""
    return run.steps or run.config.epochs * run.steps_per_epoch


@dataclass(frozen=True)
class AccuracyRange:
    """Mean, lowest and highest of several accuracies, each 0 to 1."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class LearningCurvePoint:
    """Accuracies, over several seeds, of networks trained on `training_images` images: on these, and in validation."""

    training_images: int
    seeds: int
    training: AccuracyRange
    validation: AccuracyRange


def learning_curve(runs: Iterable[Run]) -> list[LearningCurvePoint]:
    """The points of a learning curve whose runs have finished, in order of the number of training images."""
    accuracies = defaultdict[int, list[tuple[float, float]]](list)
    for run in finished_as_configured(runs):
        if run.training_accuracy is not None and run.validation_accuracy is not None:
            accuracies[run.training_images].append((run.training_accuracy, run.validation_accuracy))
    points = []
    for images, pairs in sorted(accuracies.items()):
        ranges = (AccuracyRange(statistics.fmean(part), min(part), max(part)) for part in zip(*pairs, strict=True))
        points.append(LearningCurvePoint(images, len(pairs), *ranges))
    return points


def advice(points: Sequence[LearningCurvePoint], most: int) -> str:
    """What the end of a learning curve, at `most` training images, suggests; empty before it is reached."""
    if not points or points[-1].training_images < most:
        return ""
    training, validation = points[-1].training.mean, points[-1].validation.mean
    gap = training - validation
    if gap > WIDE_GAP or (gap >= MIN_GAP and 1 - validation >= ERROR_RATIO * (1 - training)):
        return "The gap between the curves is what more images would close."
    if training < MIN_TRAINING_ACCURACY:
        return "The curves have met: a larger network or more epochs would help more than more images."
    return "The curves have met, and both are high."


def finished_as_configured(runs: Iterable[Run]) -> list[Run]:
    """The runs that finished without a change by hand: only their results are those of their settings."""
    return [run for run in runs if run.status == "finished" and run.as_configured]


@dataclass(frozen=True)
class SeedVariance:
    """At least two accuracies, 0 to 1, of the same settings with different seeds."""

    accuracies: tuple[float, ...]

    @property
    def mean(self) -> float:
        return statistics.fmean(self.accuracies)

    @property
    def std(self) -> float:
        """The sample standard deviation (n - 1)."""
        return statistics.stdev(self.accuracies)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of the mean over all seeds, within 0 to 1, from Student's t (1908)."""
        n = len(self.accuracies)
        margin = float(slow_imports.load("scipy.stats").t.ppf(0.975, n - 1)) * self.std / math.sqrt(n)
        return max(self.mean - margin, 0.0), min(self.mean + margin, 1.0)
