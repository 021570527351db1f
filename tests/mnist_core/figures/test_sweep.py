"""The charts of a sweep: every run is there, and a point leads to its run."""

import numpy as np
import pytest

from mnist_core.figures import sweep as figures
from mnist_core.store import Run, Store
from mnist_core.sweep.results import BestSoFar
from tests.mnist_core.small_sweeps import plan
from tests.mnist_core.sweep.test_results import play

SPACE = {"learning_rate": "0.001..1 log", "optimiser": "sgd,adam", "momentum": "0..0.9"}
ENDS = [("finished", 0.7, 4), ("pruned", 0.3, 1), ("failed", 0.0, 0), ("finished", 0.9, 4)]


@pytest.fixture
def runs(store: Store) -> list[Run]:
    return play(store, plan(space=SPACE, at_once=1), ENDS)[1]


def test_parallel_coordinates_lead_each_run_through_its_values_to_its_accuracy(runs: list[Run]) -> None:
    space = plan(space=SPACE).space

    figure = figures.parallel_coordinates(space, runs)

    lines = {}
    for trace in figure.data:
        heights, ids = np.array(trace.y), np.array(trace.customdata)[:, 0]
        lines |= {int(run): heights[ids == run][:-1] for run in np.unique(ids)}  # the last is a gap
    assert lines.keys() == {run.id for run in runs}
    for run in runs:
        rate, optimiser, momentum, accuracy = lines[run.id]
        assert rate == pytest.approx(np.log10(run.config.learning_rate / 0.001) / 3)
        assert optimiser == ["sgd", "adam"].index(run.config.optimiser)
        assert momentum == (pytest.approx(run.config.momentum / 0.9) if run.config.optimiser == "sgd" else -0.14)
        assert accuracy == pytest.approx((run.validation_accuracy or 0) / 0.9)
    assert [trace.name for trace in figure.data] == ["others", "better half", "best tenth"]
    assert set(np.array(figure.data[2].customdata)[:, 1]) == {4}
    written = [annotation.text for annotation in figure.layout.annotations]
    assert written[:5] == ["0.001", "0.0316", "1", "SGD", "Adam"]
    assert ("not used" in written) == any(run.config.optimiser == "adam" for run in runs)


def test_curves_of_runs_that_did_not_finish_are_faded_and_those_in_progress_arrive(
    store: Store, runs: list[Run]
) -> None:
    curves = store.sweeps.curves(1)

    figure = figures.sweep_curves(curves, runs[:3], runs[3:])

    faded, finished, best, in_progress = figure.data
    assert (faded.opacity, best.opacity) == (0.45, 1)
    assert [list(np.array(trace.x)[:-1]) for trace in (faded, best)] == [[1], [1, 2, 3, 4]]
    assert list(np.array(best.y)[:-1]) == [0.7] * 4
    assert not finished.x
    assert (in_progress.x, in_progress.meta) == (None, (runs[3].id, 4))
    assert len(figure.data) == figures.ENDED_TRACES + 1


def test_thousands_of_points_are_thinned(runs: list[Run]) -> None:
    curves = {1: list(np.linspace(0, 1, 20_000))}

    best = figures.sweep_curves(curves, runs[:1], []).data[2]

    assert len(best.x) <= figures.MOST_POINTS + 1
    assert np.nanmax(best.y) == 1.0


def test_the_best_so_far_and_importance_are_drawn_as_they_are() -> None:
    points = [BestSoFar(4, 0.7, 1), BestSoFar(9, 0.9, 3)]

    line = figures.best_over_epochs(points, {1: 11, 2: 12, 3: 13}).data[0]
    bars = figures.importance_bars({"learning_rate": 0.8, "momentum": 0.2}).data[0]

    assert (list(line.x), list(line.y), [list(run) for run in line.customdata]) == (
        [4, 9],
        [0.7, 0.9],
        [[11, 1], [13, 3]],
    )
    assert (list(bars.y), list(bars.x)) == (["Learning rate", "Momentum"], [0.8, 0.2])


def test_a_sweep_without_results_has_empty_charts() -> None:
    assert not figures.sweep_curves({}, [], []).data[0].x
    assert not figures.parallel_coordinates(plan(space=SPACE).space, []).data[0].x
    assert not figures.best_over_epochs([], {}).data[0].x
