"""A sweep's runs as a study of Optuna, in memory and made anew each time: the runs are all that is stored.

Optuna takes half a second to import, so it is imported where it is needed.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mnist_core.config import HYPERPARAMETERS, TrainingConfig
from mnist_core.store import Run
from mnist_core.sweep.plan import SweepPlan
from mnist_core.sweep.values import Range, Values, accepts_fractions, format_value, rounded

if TYPE_CHECKING:
    import optuna
    from optuna.distributions import BaseDistribution


def accuracy(run: Run) -> float:
    """What the search knows of a run that has ended: its last validation accuracy, 0 where it failed."""
    return 0.0 if run.state == "failed" else run.validation_accuracy or 0.0


def build_study(
    plan: SweepPlan,
    ended: Iterable[Run],
    waiting: Iterable[Run] = (),
    *,
    curves: Mapping[int, Sequence[float]] | None = None,
    stopped_count: bool = False,
    **options: Any,
) -> "optuna.Study":
    """A study of the runs that have ended, by their accuracy, and of those of which only the settings may be known.

    `curves` are the accuracies after each epoch, by the number of the run; without them, the last one is known.
    With `stopped_count`, those that were stopped early count as if they had been trained to their end. `options` are
    those of `optuna.create_study`.
    """
    import optuna
    from optuna.trial import TrialState

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", **options)
    space = distributions(plan)
    for run in ended:
        curve = {run.epoch: accuracy(run)} if curves is None else dict(enumerate(curves.get(run.number or 0, ()), 1))
        # One that a person stopped is like one that was stopped early: what it would have come to is not known.
        complete = stopped_count or run.state in ("finished", "failed")
        trial = optuna.create_trial(
            state=TrialState.COMPLETE if complete else TrialState.PRUNED,
            value=accuracy(run) if complete else None,
            intermediate_values=curve,
            system_attrs=run.pruner_notes,
            **_parameters(space, run.config),
        )
        study.add_trial(trial)
    for run in waiting:
        study.add_trial(optuna.create_trial(state=TrialState.RUNNING, **_parameters(space, run.config)))
    return study


def distributions(plan: SweepPlan) -> "dict[str, BaseDistribution]":
    """The values of each hyperparameter, as Optuna has them; those of a list as they are written."""
    return {name: _distribution(name, values) for name, values in plan.space.items()}


def to_values(plan: SweepPlan, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The values of hyperparameters that Optuna's stand for."""
    return {name: _to_value(name, plan.space[name], chosen) for name, chosen in parameters.items()}


def _distribution(name: str, values: Values) -> "BaseDistribution":
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if not isinstance(values, Range):
        return CategoricalDistribution([format_value(value) for value in values])
    if accepts_fractions(name):
        return FloatDistribution(values.low, values.high, log=values.log)
    return IntDistribution(int(values.low), int(values.high), log=values.log)


def _parameters(space: "Mapping[str, BaseDistribution]", config: TrainingConfig) -> dict[str, Any]:
    """The varied hyperparameters that have an effect on a training, as `create_trial` wants them."""
    from optuna.distributions import CategoricalDistribution

    settings = dict(config)
    used = {name: values for name, values in space.items() if HYPERPARAMETERS[name].has_effect(settings)}
    chosen = {
        name: format_value(settings[name]) if isinstance(values, CategoricalDistribution) else settings[name]
        for name, values in used.items()
    }
    return {"params": chosen, "distributions": used}


def _to_value(name: str, values: Values, chosen: Any) -> Any:
    if isinstance(values, Range):
        return rounded(name, values, chosen)
    return next(value for value in values if format_value(value) == chosen)
