"""The charts of a sweep, which arrive live: only what has changed is made anew and sent."""

from functools import partial

import streamlit as st

from mnist_core.figures import sweep as figures
from mnist_core.sweep.results import FEWEST_RUNS
from mnist_core.sweep.snapshot import Snapshot
from ui import query_params
from ui.components import live_chart
from ui.components.live_chart import Chart, Feed, Points


def show(snapshot: Snapshot) -> None:
    """Parallel coordinates, the curves of all runs, and the best so far; a press on a line opens its run."""
    outcome = snapshot.outcome
    if not outcome.tried:
        return
    ids = {run.number: run.id for run in outcome.tried if run.number is not None}
    lines = partial(figures.parallel_coordinates, outcome.plan.space, outcome.ended)
    curves = partial(figures.sweep_curves, outcome.curves, outcome.ended, outcome.in_progress)
    best = partial(figures.best_over_epochs, outcome.best_so_far, ids)
    version = outcome.version
    pressed = live_chart.show(
        [
            Chart("parallel", lines, _nothing, {}, 0, wide=True, version=version, alt=_PARALLEL),
            Chart("curves", curves, partial(_new_epochs, snapshot), {}, 0, wide=True, version=version, alt=_CURVES),
            Chart("best", best, _nothing, {}, 0, wide=True, version=version, alt=_BEST),
        ],
        key=f"sweep-charts-{snapshot.sweep.id}",
    )
    st.caption("Each line is a run. Press a point of it, or a row of the table, to open the run.")
    if pressed is not None:
        open_run(pressed)


def show_importance(snapshot: Snapshot) -> None:
    """Which of the varied hyperparameters matter."""
    outcome = snapshot.outcome
    if len(outcome.plan.space) < 2:
        return
    importance = outcome.importance
    if not importance:
        st.caption(f"What matters most can be told once {FEWEST_RUNS} runs have ended that are not all equally good.")
        return
    figure = partial(figures.importance_bars, importance)
    live_chart.show(
        [Chart("importance", figure, _nothing, {}, 0, wide=True, version=outcome.version, alt=_IMPORTANCE)],
        key=f"sweep-importance-{snapshot.sweep.id}",
    )
    st.caption("Importance: how much each hyperparameter separates the best settings from the others, in shares of 1.")


def open_run(run_id: int) -> None:
    """Go to the Train page, which shows that run."""
    st.switch_page("pages/train.py", query_params=query_params.link(run=str(run_id)))


_PARALLEL = "A line for each run through its settings to its validation accuracy"
_CURVES = "The validation accuracy of each run over its epochs"
_BEST = "The best validation accuracy so far over the epochs of all runs"
_IMPORTANCE = "The importance of each hyperparameter"


def _nothing(_feed: Feed) -> list[Points]:
    """Nothing arrives between two versions of a figure."""
    return []


def _new_epochs(snapshot: Snapshot, feed: Feed) -> list[Points]:
    """The epochs of the runs in progress that were not sent yet."""
    numbers = [run.number or 0 for run in snapshot.outcome.in_progress]
    sent: list[int] = feed.carry or [0] * len(numbers)
    curves = [snapshot.curves.get(number, []) for number in numbers]
    feed.carry = [len(curve) for curve in curves]
    new = [
        {"x": [float(epoch) for epoch in range(start + 1, len(curve) + 1)], "y": curve[start:]}
        for start, curve in zip(sent, curves, strict=True)
    ]
    return [*({"x": list[float](), "y": list[float]()} for _ in range(figures.ENDED_TRACES)), *new] if new else []
