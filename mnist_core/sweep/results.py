"""What came out of a sweep so far. All accuracies are on validation images, 0 to 1: the test set stays closed."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mnist_core.config import TrainingConfig
from mnist_core.data import split_sizes
from mnist_core.evaluation.repeats import SeedVariance, finished_as_configured
from mnist_core.store import Run, Sweep
from mnist_core.sweep.plan import EarlyStopping, SweepPlan
from mnist_core.sweep.study import accuracy as accuracy  # what results are about, so it is found here too
from mnist_core.sweep.study import build_study
from mnist_core.sweep.values import grid_points

CONFIRMED, FRESH_SEEDS = 3, 3
"""How many of the best settings are trained anew, and with how many fresh seeds each."""
FEWEST_RUNS = 10
"""Runs that have to end before importance can be told."""
_GOOD_SHARE, _GOOD_RUNS = 0.1, 5  # the best runs that count as good: this share of them, and no fewer than so many
_EPOCHS_SHARE: dict[EarlyStopping, float] = {"none": 1.0, "median": 0.6, "halving": 0.35}
"""The share of all epochs that is trained, about, before a sweep has shown it."""


def tried(runs: Iterable[Run]) -> list[Run]:
    """The runs of a sweep that try settings, by number; the others train the best of them anew."""
    return sorted((run for run in runs if run.confirms is None), key=lambda run: run.number or 0)


def known_before(plan: SweepPlan, number: int, runs: Iterable[Run]) -> tuple[list[Run], list[Run]]:
    """The runs whose results may decide on the run with that number, and those before it of which only settings may.

    The first have all ended when that run is queued, so nothing depends on how fast the others are.
    """
    before = [run for run in tried(runs) if (run.number or 0) < number]
    count = sum((run.number or 0) <= number - plan.at_once for run in before)
    return before[:count], before[count:]


def epochs_spent(runs: Iterable[Run]) -> int:
    """Epochs trained to try settings."""
    return sum(run.epoch for run in tried(runs))


@dataclass(frozen=True)
class BestSoFar:
    """The best validation accuracy of a finished run after so many epochs of all runs together."""

    epochs: int
    accuracy: float
    number: int
    """Of the run that has it."""


def best_so_far(runs: Iterable[Run]) -> list[BestSoFar]:
    """The best accuracy after each run that has ended, in the order of their numbers."""
    points, epochs = list[BestSoFar](), 0
    for run in tried(runs):
        epochs += run.epoch
        better = not points or accuracy(run) > points[-1].accuracy
        if run.status == "finished" and run.number is not None and better:
            points.append(BestSoFar(epochs, accuracy(run), run.number))
        elif points and not run.in_progress:
            points.append(BestSoFar(epochs, points[-1].accuracy, points[-1].number))
    return points


def best(runs: Iterable[Run], count: int = CONFIRMED) -> list[Run]:
    """The best of the runs that finished as configured, best first; no two of a sweep have the same settings."""
    return sorted(finished_as_configured(tried(runs)), key=accuracy, reverse=True)[:count]


@dataclass(frozen=True)
class Confirmed:
    """One of the best settings: the run that won, and the accuracies of the same settings with fresh seeds so far.

    The run was chosen because its accuracy is high, part of which is luck; that of fresh seeds is not chosen.
    """

    run: Run
    accuracies: tuple[float, ...]

    @property
    def variance(self) -> SeedVariance | None:
        """Mean and 95 % interval over fresh seeds; None before there are two."""
        return SeedVariance(self.accuracies) if len(self.accuracies) > 1 else None


def confirmed(runs: Sequence[Run]) -> list[Confirmed]:
    """The best settings with what fresh seeds gave, best in the search first."""
    repeated = {run.confirms: list[float]() for run in runs}
    for run in finished_as_configured(runs):
        repeated[run.confirms].append(accuracy(run))
    return [Confirmed(run, tuple(repeated.get(run.number, ()))) for run in best(runs)]


def importance(plan: SweepPlan, runs: Iterable[Run]) -> dict[str, float]:
    """The share of each varied hyperparameter in what separates good settings from the others, the largest first.

    The shares add up to 1; empty before 10 runs have ended, and where all are equally good. By PED-ANOVA (Watanabe et
    al. 2023), of the runs in which a hyperparameter has an effect. Runs that were stopped early count with the accuracy
    that they had: for it they were not among the good ones.
    """
    ended = [run for run in tried(runs) if run.state in ("finished", "pruned", "failed")]
    if len(ended) < FEWEST_RUNS or len({accuracy(run) for run in ended}) < 2:
        return {}
    from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

    study = build_study(plan, ended, stopped_count=True)
    # By how the good ones are spread over the whole space, since the others may have been chosen to be like them.
    good = max(_GOOD_SHARE, _GOOD_RUNS / len(ended))
    evaluator = PedAnovaImportanceEvaluator(target_quantile=good, evaluate_on_local=False)
    return get_param_importances(study, evaluator=evaluator)


@dataclass(frozen=True)
class Progress:
    """How far a sweep is, 0 to 1, and the time that is left, None before it can be told."""

    share: float
    seconds_left: float | None


def progress(sweep: Sweep, plan: SweepPlan, runs: Sequence[Run]) -> Progress:
    """How far a sweep is, with the trainings by fresh seeds at its end."""
    if sweep.status == "finished":
        return Progress(1.0, 0.0)
    trials, repeated = tried(runs), [run for run in runs if run.confirms is not None]
    used = [sum(run.progress if run.in_progress else 1.0 for run in trials) / plan.most_runs]
    if plan.epochs is not None:
        used.append(epochs_spent(runs) / plan.epochs)
    if plan.minutes is not None:
        used.append(sum(run.seconds for run in trials) / (60 * plan.minutes))
    in_search, after = _expected_epochs(plan, sweep.config)
    done = 1.0 if repeated else min(max(used), 1.0)
    fresh = sum(run.progress for run in repeated) / (min(CONFIRMED, plan.most_runs) * FRESH_SEEDS)
    share = (done * in_search + fresh * after) / (in_search + after)
    seconds = sum(run.seconds for run in runs)
    if share == 0 or seconds == 0:
        return Progress(share, None)
    at_once = max(sum(run.status == "running" for run in runs), 1)
    return Progress(share, seconds * (1 - share) / share / at_once)


def expected_seconds(
    plan: SweepPlan, config: TrainingConfig, data_set_size: int, earlier: Iterable[Run], workers: int
) -> float | None:
    """The time that a sweep over `config` is likely to take with so many workers, fresh seeds included.

    Estimated from the pace of the one among `earlier` runs whose network is most like it; None where there is none.
    """
    paced = [run for run in earlier if run.images_per_second > 0 and run.config.network == config.network]
    if not paced:
        return None
    like = min(paced, key=lambda run: (abs(math.log(run.config.parameter_count / config.parameter_count)), -run.id))
    images = split_sizes(data_set_size, config.validation_share, config.train_size)[0]
    per_epoch = (images + config.synthetic_digits + config.non_digits) / like.images_per_second
    in_search, after = _expected_epochs(plan, config)
    search = in_search * per_epoch if plan.minutes is None else min(in_search * per_epoch, 60 * plan.minutes)
    return (search + after * per_epoch) / min(plan.at_once, workers)


def _expected_epochs(plan: SweepPlan, config: TrainingConfig) -> tuple[float, float]:
    """Epochs to try settings, and to train the best of them anew."""
    epochs = plan.space.get("epochs", (config.epochs,))
    each = statistics.fmean(grid_points("epochs", epochs))
    search = plan.most_runs * each * _EPOCHS_SHARE[plan.early_stopping]
    if plan.epochs is not None:
        search = min(search, plan.epochs)
    return search, min(CONFIRMED, plan.most_runs) * FRESH_SEEDS * each
