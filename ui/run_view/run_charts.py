"""The live charts of a run: loss, accuracy and learning rate."""

import threading
from collections.abc import Iterable
from functools import lru_cache, partial

import numpy as np
import streamlit as st

from mnist_core.figures import training_curves
from mnist_core.figures.training_curves import Curve
from mnist_core.store import Run, Store
from ui.components import live_chart
from ui.components.live_chart import Chart, Feed, Points


def controls() -> tuple[float, bool]:
    """Show how the charts can be changed; return the weight of smoothing, and whether losses are logarithmic."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        weight = st.slider(
            "Smoothing",
            0.0,
            0.99,
            training_curves.SMOOTHING,
            0.01,
            key="smoothing",
            persist_state="session",
            help="How much of the average so far is kept at each step. At 0 the smoothed curve is the loss itself.",
            width=240,
        )
        log = st.toggle(
            "Logarithmic axis",
            key="log_axis",
            persist_state="session",
            help="Shows small losses as large as big ones: each line is ten times the one below.",
        )
    return weight, log


def show(store: Store, run: Run, weight: float, log: bool) -> None:
    """Show what the run has stored so far; only the points that are new since the last poll are read and sent."""
    over_steps = training_curves.event_markers(run.steps, [(mark.step, mark.label) for mark in run.marks])
    steps = {"xaxis": over_steps["xaxis"]}
    epochs = {"xaxis": {"range": [0, round(run.steps / run.steps_per_epoch) + 0.5]}}
    loss, losses = partial(training_curves.loss_figure, log), partial(loss_points, store, run, weight)
    accuracies, rates = partial(accuracy_points, store, run), partial(learning_rate_points, run)
    live_chart.show(
        [
            Chart("loss", loss, losses, over_steps, (weight, log, run.version), wide=True),
            Chart("accuracy", training_curves.accuracy_figure, accuracies, epochs, run.version),
            Chart("learning-rate", training_curves.learning_rate_figure, rates, steps, run.version),
        ],
        key=f"curves-{run.id}",
    )


def loss_points(store: Store, run: Run, weight: float, feed: Feed) -> list[Points]:
    """The losses after `feed.last` and their moving average with that weight, thinned."""
    points, feed.carry = _loss_points(store, run.id, run.version, max(int(feed.last), 0), run.step, weight, feed.carry)
    if points[0]["x"]:
        feed.last = run.step
    return points


def accuracy_points(store: Store, run: Run, feed: Feed) -> list[Points]:
    """The training and validation accuracy of each epoch after `feed.last`."""
    if run.epoch <= feed.last:
        return []
    after, feed.last = max(int(feed.last), 0), run.epoch
    return _accuracy_points(store, run.id, run.version, after, run.epoch, run.steps_per_epoch)


class _Losses:
    """The losses of one version of a run as they grow: read once, for all sessions that watch it."""

    def __init__(self, store: Store, run_id: int) -> None:
        self._store, self._run_id, self._lock = store, run_id, threading.Lock()
        self._curve: Curve = (np.zeros(0, np.int64), np.zeros(0))

    def between(self, after: int, until: int) -> Curve:
        """Steps and losses after step `after` up to step `until`."""
        with self._lock:
            last = int(self._curve[0][-1]) if len(self._curve[0]) else 0
            if until > last:
                new = self._store.metrics.curve(self._run_id, "loss", last, until)
                self._curve = (np.r_[self._curve[0], new[0]], np.r_[self._curve[1], new[1]])
            steps, losses = self._curve
        part = slice(*np.searchsorted(steps, [after, until], side="right"))
        return steps[part], losses[part]


# Sessions that watch the same run share what they are sent.
@lru_cache(16)
def _losses(store: Store, run_id: int, _version: tuple[int, ...]) -> _Losses:
    return _Losses(store, run_id)


@lru_cache(256)
def _loss_points(
    store: Store, run_id: int, version: tuple[int, ...], after: int, until: int, weight: float, carry: float
) -> tuple[list[Points], float]:
    steps, losses = _losses(store, run_id, version).between(after, until)
    smoothed, carry = training_curves.smooth_curve(losses, weight, carry, after)
    shown = training_curves.thin_curve(losses, training_curves.LIVE_POINTS if after else training_curves.MAX_POINTS)
    x = steps[shown].tolist()
    return [{"x": x, "y": _rounded(losses[shown])}, {"x": x, "y": _rounded(smoothed[shown])}], carry


@lru_cache(256)
def _accuracy_points(
    store: Store, run_id: int, _version: tuple[int, ...], after: int, until: int, steps_per_epoch: int
) -> list[Points]:
    curves = [
        store.metrics.curve(run_id, f"{part}_accuracy", after * steps_per_epoch, until * steps_per_epoch)
        for part in ("training", "validation")
    ]
    return [{"x": (steps // steps_per_epoch).tolist(), "y": _rounded(values)} for steps, values in curves]


def learning_rate_points(run: Run, feed: Feed) -> list[Points]:
    """The learning rate at some of the steps after `feed.last`."""
    start = max(int(feed.last), 0)
    if run.step <= start:
        return []
    feed.last = run.step
    return _learning_rate_points(run, start)


@lru_cache(64)
def _learning_rate_points(run: Run, start: int) -> list[Points]:
    # The step before and after each change by hand, so that the change is drawn as a vertical line.
    edges = [step for change in run.rates_by_hand for step in (change, change + 1) if start < step <= run.step]
    count = 2 if run.config.schedule == "constant" else 10 if start else 100
    steps = np.unique([*np.linspace(start + 1, run.step, count).astype(int).tolist(), *edges])
    return [{"x": steps.tolist(), "y": _rounded(run.learning_rates(steps - 1))}]


def _rounded(values: Iterable[float]) -> list[float]:
    """To five significant digits: more than a chart can show, and half as many bytes."""
    return [float(f"{value:.5g}") for value in values]
