"""What a sweep tries depends on its plan and on runs that have ended alone; at the end come fresh seeds."""

import math
from typing import Any

import pytest

from mnist_core.store import Run, Store
from mnist_core.sweep import SweepPlan
from mnist_core.sweep.next_run import advance
from tests.mnist_core.small_sweeps import CONFIG, SPACE, end, plan, start, take_next


def accuracy(run: Run) -> float:
    """Best at a learning rate of 0.03; the number of the run decides between equal ones."""
    return 0.9 - 0.1 * abs(math.log10(run.config.learning_rate / 0.03)) + 1e-6 * (run.number or 0)


def play(store: Store, sweep_plan: SweepPlan, *, last_first: bool = False) -> list[Run]:
    """Let the runs of a new sweep end without training them, as many in progress as there may be."""
    sweep = start(store, sweep_plan)
    while True:
        claimed = list(iter(lambda: take_next(store), None))
        if not claimed:
            return store.sweeps.runs(sweep.id)
        run = claimed[-1 if last_first else 0]
        end(store, run, accuracy(run))
        for other in claimed:
            if other.id != run.id:
                store.workers.report(other, {}, state="queued")  # its worker gives it back


def settings_of(runs: list[Run]) -> list[Any]:
    return [(run.number, run.confirms, run.config) for run in runs]


@pytest.mark.parametrize(("method", "at_once"), [("grid", 3), ("random", 4), ("tpe", 3)])
def test_the_same_settings_are_tried_whichever_run_ends_first(method: str, at_once: int, store: Store) -> None:
    sweep_plan = plan(method=method, runs=16, at_once=at_once)

    first, second = play(store, sweep_plan), play(store, sweep_plan, last_first=True)

    assert settings_of(first) == settings_of(second)
    assert len({run.config for run in first}) == len(first) == 16 + 9


def test_another_seed_tries_other_settings(store: Store) -> None:
    first, second = (play(store, plan(method="random", runs=4, seed=seed)) for seed in (0, 1))

    assert not {run.config for run in first[:4]} & {run.config for run in second[:4]}


def test_tpe_comes_closer_to_the_best_than_chance(store: Store) -> None:
    by_chance, by_tpe = (play(store, plan(method=method, runs=40)) for method in ("random", "tpe"))

    assert [run.config for run in by_tpe[:10]] == [run.config for run in by_chance[:10]]
    means = [sum(map(accuracy, runs[20:40])) / 20 for runs in (by_chance, by_tpe)]
    assert means[1] > means[0] + 0.02


def test_no_more_runs_are_in_progress_than_at_once(store: Store) -> None:
    sweep = start(store, plan(at_once=3))
    advance(store)
    assert [run.number for run in store.sweeps.runs(sweep.id)] == [1, 2, 3]

    second = store.workers.claim(1, store.sweeps.runs(sweep.id)[1].id)
    assert second is not None
    end(store, second, 0.5)
    advance(store)
    assert len(store.sweeps.runs(sweep.id)) == 3  # the first has not ended, and the fourth may rest on it

    end(store, take_next(store) or second, 0.5)
    advance(store)
    assert len(store.sweeps.runs(sweep.id)) == 5


def test_the_best_three_are_trained_anew_with_fresh_seeds_once_all_have_ended(store: Store) -> None:
    runs = play(store, plan(method="random", runs=6))

    best = sorted(runs[:6], key=accuracy, reverse=True)[:3]
    assert [(run.confirms, run.config.seed) for run in runs[6:]] == [
        (run.number, seed) for run in best for seed in (3, 4, 5)
    ]
    by_number = {run.number: run.config for run in best}
    assert all(run.config == by_number[run.confirms].model_copy(update={"seed": run.config.seed}) for run in runs[6:])
    assert store.sweeps.all()[0].status == "finished"


@pytest.mark.parametrize(
    ("budget", "tried"),
    [({"runs": 3}, 3), ({"epochs": 17}, 6), ({"minutes": 2.0}, 4), ({"runs": 4, "epochs": 100, "minutes": 9.0}, 4)],
)
def test_the_first_budget_that_is_used_up_ends_the_search(budget: dict[str, Any], tried: int, store: Store) -> None:
    sweep = start(store, plan(**{"runs": None, "method": "random", "at_once": 1} | budget))
    while (run := take_next(store)) is not None and run.confirms is None:
        end(store, run, 0.5, epochs=3, seconds=30.0)

    assert sum(run.confirms is None for run in store.sweeps.runs(sweep.id)) == tried


def test_a_small_space_is_tried_once_and_no_settings_twice(store: Store) -> None:
    runs = play(store, plan(space={"batch_size": "10,20", "learning_rate": "0.1,0.2,0.3"}, runs=40))

    assert len({run.config for run in runs if run.confirms is None}) == sum(run.confirms is None for run in runs) == 6


def test_a_run_that_failed_counts_as_the_worst_and_is_not_trained_anew(store: Store) -> None:
    sweep = start(store, plan(runs=2, at_once=1))
    for state, value in (("failed", 0.9), ("finished", 0.5)):
        run = take_next(store)
        assert run is not None
        end(store, run, value, state=state)
    advance(store)

    assert [run.confirms for run in store.sweeps.runs(sweep.id)] == [None, None, 2]


@pytest.mark.parametrize(("budget", "tried"), [({"runs": 2}, 2), ({"runs": None, "minutes": 5.0}, 10)])
def test_a_sweep_of_which_all_runs_fail_comes_to_an_end(budget: dict[str, Any], tried: int, store: Store) -> None:
    sweep = start(store, plan(**{"at_once": 1} | budget))
    while (run := take_next(store)) is not None:
        end(store, run, state="failed", epochs=0)

    assert store.sweeps.get(sweep.id).status == "finished"
    assert len(store.sweeps.runs(sweep.id)) == tried


def test_a_deleted_run_holds_nothing_up(store: Store) -> None:
    sweep = start(store, plan(runs=3, at_once=1))
    first = take_next(store)
    assert first is not None
    end(store, first, 0.5)
    advance(store)
    store.runs.delete(first.id)
    while (run := take_next(store)) is not None:
        end(store, run, 0.5)

    assert [run.number for run in store.sweeps.runs(sweep.id) if run.confirms is None] == [2, 3]
    assert store.sweeps.get(sweep.id).status == "finished"


def test_settings_that_are_not_varied_stay_as_they_are(store: Store) -> None:
    tried = [run.config for run in play(store, plan(runs=3)) if run.confirms is None]

    assert {config.model_copy(update={name: getattr(CONFIG, name) for name in SPACE}) for config in tried} == {CONFIG}
