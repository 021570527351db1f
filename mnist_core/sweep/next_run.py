"""What a sweep tries next. That is a function of its plan and of runs that have ended, and of nothing else.

Run n is chosen by what came out of the runs 1 to n - `at_once` alone, which have all ended before it is queued. So the
same settings are tried whatever the number of workers, and whether or not some of them died on the way.
"""

import random
from collections.abc import Sequence

from mnist_core.config import HYPERPARAMETERS, TrainingConfig
from mnist_core.store import Run, Store, Sweep
from mnist_core.sweep.plan import SweepPlan, grid, stored_plan, with_values
from mnist_core.sweep.results import FRESH_SEEDS, best, epochs_spent, known_before
from mnist_core.sweep.study import build_study, distributions, to_values
from mnist_core.sweep.values import value_at

RANDOM_FIRST = 10
"""Settings chosen at random before TPE has enough to go by."""
HOPELESS_AFTER = 10
"""A sweep ends where all of so many runs failed: a failed run uses up neither epochs nor minutes."""
_TPE_TRIES, _RANDOM_TRIES = 5, 200  # of settings that are new


def advance(store: Store) -> None:
    """Queue what can be queued of all sweeps that are wanted to run; safe to call from many workers at once."""
    for sweep in store.sweeps.in_progress():
        plan = stored_plan(sweep)
        while _add_next(store, sweep, plan):
            pass


def propose(plan: SweepPlan, config: TrainingConfig, number: int, runs: Sequence[Run]) -> TrainingConfig | None:
    """The settings of the run with that number, given those before it; None where there is nothing more to try."""
    ended, waiting = known_before(plan, number, runs)
    if number > plan.most_runs or _is_used_up(plan, ended):
        return None
    if plan.method == "grid":
        settings = grid(plan, config)
        return settings[number - 1] if number <= len(settings) else None
    known = {run.config for run in (*ended, *waiting)}
    rng = random.Random(f"{plan.seed} {number}")
    if plan.method == "tpe" and len(ended) >= RANDOM_FIRST:
        new = _by_tpe(plan, config, ended, waiting, known, rng)
        if new is not None:
            return new
    for _ in range(_RANDOM_TRIES):
        found = with_values(config, {name: value_at(name, values, rng.random()) for name, values in plan.space.items()})
        if found not in known:
            return found
    return None


def _is_used_up(plan: SweepPlan, ended: Sequence[Run]) -> bool:
    """Whether the runs that have ended used the epochs or the minutes up, or show that none can be trained."""
    if len(ended) >= HOPELESS_AFTER and all(run.state == "failed" for run in ended):
        return True
    if plan.epochs is not None and epochs_spent(ended) >= plan.epochs:
        return True
    return plan.minutes is not None and sum(run.seconds for run in ended) >= 60 * plan.minutes


def _by_tpe(
    plan: SweepPlan,
    config: TrainingConfig,
    ended: Sequence[Run],
    waiting: Sequence[Run],
    known: set[TrainingConfig],
    rng: random.Random,
) -> TrainingConfig | None:
    """Settings like the better ones so far (tree-structured Parzen estimator: Bergstra et al. 2011), if new ones."""
    from optuna.samplers import TPESampler

    sampler = TPESampler(seed=rng.getrandbits(31), n_startup_trials=RANDOM_FIRST)
    study, space = build_study(plan, ended, waiting, sampler=sampler), distributions(plan)
    for _ in range(_TPE_TRIES):
        found = with_values(config, to_values(plan, study.ask(space).params))
        if found not in known:
            return found
    return None


def _add_next(store: Store, sweep: Sweep, plan: SweepPlan) -> bool:
    """Queue the next run of a sweep if it can be known; whether there may be another one to queue."""
    number, ended_before = store.sweeps.next_number(sweep.id)
    if ended_before <= number - plan.at_once:
        return False
    runs = store.sweeps.runs(sweep.id)
    name, confirms = f"Sweep {sweep.id}, run {number}", None
    config = None if any(run.confirms for run in runs) else propose(plan, sweep.config, number, runs)
    if config is None:
        if ended_before < number and not any(run.confirms for run in runs):
            return False  # the best are not known yet
        again = _fresh_seed(runs)
        if again is None:
            if ended_before == number:
                store.sweeps.finish(sweep.id)
            return False
        confirms, config = again
        name = f"{name}: {confirms} with seed {config.seed}"
    return store.sweeps.add_run(sweep.id, number, config, name, confirms) is not None


def _fresh_seed(runs: Sequence[Run]) -> tuple[int, TrainingConfig] | None:
    """The number of one of the best runs and its settings with a seed of which there is no run yet."""
    there = {(run.confirms, run.config.seed) for run in runs}
    for run in best(runs):
        for seed in fresh_seeds(run.config):
            if run.number is not None and (run.number, seed) not in there:
                return run.number, run.config.model_copy(update={"seed": seed})
    return None


def fresh_seeds(config: TrainingConfig) -> list[int]:
    """The seeds with which settings are trained anew: the same for all that were tried with one seed."""
    most = int(HYPERPARAMETERS["seed"].high)
    return [(config.seed + step) % (most + 1) for step in range(1, FRESH_SEEDS + 1)]
