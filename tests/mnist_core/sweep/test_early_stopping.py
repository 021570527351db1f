"""Runs that fall behind are stopped, say why, and are decided the same way when their worker died on the way."""

from typing import Any

import pytest

from mnist_core.store import Run, Store, Sweep
from tests.mnist_core.small_sweeps import outcomes, plan, start, take_next, train, train_all

pytestmark = pytest.mark.usefixtures("report_each_step")


def test_successive_halving_compares_with_the_runs_that_ended_before(store: Store) -> None:
    runs = train_all(store, start(store, plan(early_stopping="halving")))
    trials, again = runs[:14], runs[14:]

    pruned = [run for run in trials if run.state == "pruned"]
    assert len(pruned) >= 4
    assert sum(run.epoch for run in trials) < 0.7 * 14 * 4
    for run in trials:
        accuracies = [value for _, value in sorted(run.pruner_notes.items())]
        expected = list(store.sweeps.curves(run.sweep_id or 0)[run.number or 0])[0:3:2]  # after 1 and 3 epochs
        assert accuracies == expected[: len(accuracies)]
        assert run.pruner_notes
        there = [other.pruner_notes for other in trials[: max((run.number or 0) - 2, 0)]] + [run.pruner_notes]
        for rung, accuracy in sorted(run.pruner_notes.items()):
            ranked = sorted((notes[rung] for notes in there if rung in notes), reverse=True)
            passed = accuracy >= ranked[max(len(ranked) // 3 - 1, 0)]
            stopped_here = run.state == "pruned" and rung == max(run.pruner_notes)
            assert passed is not stopped_here
    assert {run.state for run in again} == {"finished"}  # fresh seeds are never stopped
    assert len(again) == 3 * min(3, sum(run.state == "finished" for run in trials))


def test_a_stopped_run_says_why_and_keeps_its_network(store: Store) -> None:
    run = next(run for run in train_all(store, start(store, plan())) if run.state == "pruned")

    assert run.pruned_because.startswith(f"Stopped after {run.epoch} of 4 epochs: ")
    assert "% was not among the best third of the " in run.pruned_because
    assert run.pruned_because.endswith(" runs that had come so far.")
    assert store.files.network_path(run.id).exists()
    assert (run.error, run.can_resume, run.in_progress) == ("", False, False)


def test_the_median_stops_what_is_below_it(store: Store) -> None:
    sweep = start(store, plan(early_stopping="median"))
    trials = train_all(store, sweep)[:14]

    pruned = [run for run in trials if run.state == "pruned"]
    assert pruned
    assert {run.state for run in trials[:6]} == {"finished"}  # five have to be trained to their end before
    curves = store.sweeps.curves(sweep.id)
    for run in pruned:
        earlier = [other for other in trials[: (run.number or 0) - 2] if other.state == "finished"]
        there = sorted(curves[other.number or 0][run.epoch - 1] for other in earlier)
        assert max(curves[run.number or 0]) < there[len(there) // 2]
        assert "% was below the median of the earlier runs there, " in run.pruned_because


def test_without_early_stopping_every_run_is_trained_to_its_end(store: Store) -> None:
    runs = train_all(store, start(store, plan(early_stopping="none", runs=4)))

    assert {(run.state, run.epoch, run.pruned_because) for run in runs} == {("finished", 4, "")}
    assert all(run.pruner_notes == {} for run in runs)


class Death(BaseException):
    """The end of a worker's process, which no code can prevent."""


@pytest.fixture
def undisturbed(store: Store) -> Sweep:
    sweep = start(store, plan(runs=8))
    train_all(store, sweep)
    return sweep


@pytest.mark.parametrize("mortal", ["any report", "the report of the end"])
def test_workers_that_die_change_nothing(
    mortal: str, undisturbed: Sweep, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep, report, reports = start(store, plan(runs=8)), store.workers.report, 0

    def die_sometimes(run: Run, curves: Any, **columns: Any) -> None:
        nonlocal reports
        reports += 1
        ends = columns.get("state") in ("finished", "pruned")
        if run.attempt < 5 and (reports % 17 == 0 if mortal == "any report" else ends):
            raise Death
        report(run, curves, **columns)

    deaths = 0
    monkeypatch.setattr(store.workers, "report", die_sometimes)
    while (run := take_next(store)) is not None:
        try:
            train(store, run)
        except Death:
            deaths += 1
            report(run, {}, state="interrupted")
            store.sweeps.resume(sweep.id)

    assert deaths > 8
    assert outcomes(store, sweep) == outcomes(store, undisturbed)
    assert any(run.state == "pruned" for run in store.sweeps.runs(sweep.id))
