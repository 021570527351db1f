"""The live charts of a run: loss, accuracy and learning rate."""

import functools
from collections.abc import Iterable

import numpy as np
import streamlit as st

from mnist_core import figures
from mnist_core.store import Run, Store
from ui.components import live_chart
from ui.components.live_chart import Feed, Points

_RATES_AT_FIRST, _RATES_AT_ONCE = 100, 10


def show(store: Store, run: Run) -> None:
    """Show what the run has stored so far; what was shown before is not read again."""
    weight, log = _controls()
    over_steps = figures.event_markers(run.steps, [(mark.step, mark.label) for mark in run.marks])
    live_chart.show(
        functools.partial(figures.loss_figure, log),
        functools.partial(_losses, store, run, weight),
        over_steps,
        key=f"loss-{run.id}",
        revision=(weight, log, run.attempt),
    )
    # Each of the two takes half the width, or all of a phone's.
    with st.container(horizontal=True):
        epochs = {"xaxis": {"range": [0, round(run.steps / run.steps_per_epoch) + 0.5]}}
        points = functools.partial(_accuracies, store, run)
        live_chart.show(figures.accuracy_figure, points, epochs, key=f"accuracy-{run.id}", revision=run.attempt)
        points = functools.partial(_rates, run)
        axis = {"xaxis": over_steps["xaxis"]}
        live_chart.show(figures.learning_rate_figure, points, axis, key=f"rate-{run.id}", revision=run.attempt)


def _controls() -> tuple[float, bool]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        weight = st.slider(
            "Smoothing",
            0.0,
            0.99,
            figures.SMOOTHING,
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


def _losses(store: Store, run: Run, weight: float, feed: Feed) -> list[Points]:
    before = max(int(feed.last), 0)
    steps, losses = store.metrics.curve(run.id, "loss", after=before)
    smoothed, feed.carry = figures.smooth_curve(losses, weight, feed.carry, before)
    shown = figures.thin_curve(losses)
    if len(steps):
        feed.last = int(steps[-1])
    x = steps[shown].tolist()
    return [{"x": x, "y": _short(losses[shown])}, {"x": x, "y": _short(smoothed[shown])}]


def _accuracies(store: Store, run: Run, feed: Feed) -> list[Points]:
    if run.epoch <= feed.last:
        return []
    per_epoch = run.steps_per_epoch
    after = max(int(feed.last), 0) * per_epoch
    curves = [store.metrics.curve(run.id, f"{part}_accuracy", after) for part in ("training", "validation")]
    feed.last = run.epoch
    # An epoch that has ended since the run was read is left to the next time, or it would come twice.
    seen = [np.searchsorted(steps, run.epoch * per_epoch, side="right") for steps, _ in curves]
    return [
        {"x": (steps[:end] // per_epoch).tolist(), "y": _short(values[:end])}
        for (steps, values), end in zip(curves, seen, strict=True)
    ]


def _rates(run: Run, feed: Feed) -> list[Points]:
    start = max(int(feed.last), 0)
    if run.step <= start:
        return []
    # Both sides of a change by hand, so that it is drawn as a step.
    edges = [step for change in run.changes for step in (change, change + 1) if start < step <= run.step]
    count = 2 if run.config.schedule == "constant" else _RATES_AT_ONCE if start else _RATES_AT_FIRST
    steps = np.unique([*np.linspace(start + 1, run.step, count).astype(int).tolist(), *edges])
    feed.last = run.step
    return [{"x": steps.tolist(), "y": _short(run.learning_rates(steps - 1))}]


def _short(values: Iterable[float]) -> list[float]:
    """Five digits, which are more than a chart can show and half as long."""
    return [float(f"{value:.5g}") for value in values]
