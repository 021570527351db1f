"""Curves of training: those of one run, made empty as their points arrive while it trains, and of several runs."""

from functools import cache
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from tsdownsample import MinMaxDownsampler

from mnist_core.figures.theme import (
    LEARNING_RATE,
    RAW,
    SMOOTHED,
    TRAINING,
    VALIDATION,
    colours_of,
    escaped,
    with_layout,
)

MAX_POINTS = 2_000
"""Points of a curve when a page is opened."""
LIVE_POINTS = 100
"""Points of a curve that arrive together, each second while a page is open: more would cost each who watches more."""
SMOOTHING = 0.95
"""Default weight of `smooth_curve`."""
Curve: TypeAlias = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Steps and values, (n,) each."""
_RUN_POINTS = 400
"""Points of a curve of `run_curves`; a smoothed one needs no more."""
_FADED = 0.15
"""Opacity of a curve beside a highlighted one."""


# Empty figures are made once and shared, so nobody may change one: Plotly takes 4 ms for each, a tenth of a page run.
@cache
def loss_figure(log: bool) -> go.Figure:
    """Two empty curves over steps: the loss of each step, and the smoothed loss."""
    figure = go.Figure()
    figure.add_scatter(name="each step", line={"color": RAW, "width": 1})
    figure.add_scatter(name="smoothed", line={"color": SMOOTHED, "width": 2.5})
    figure.update_yaxes(type="log" if log else "linear", rangemode="normal" if log else "tozero")
    return with_layout(figure, 340, "Step", "Loss")


@cache
def accuracy_figure() -> go.Figure:
    """Two empty curves over epochs: accuracy on training and on validation images."""
    figure = go.Figure()
    for name, colour in (("training", TRAINING), ("validation", VALIDATION)):
        figure.add_scatter(name=name, mode="lines+markers", line={"color": colour})
    figure.update_xaxes(tickformat="d", rangemode="tozero")
    figure.update_yaxes(tickformat=".1~%", minallowed=0, maxallowed=1.002)
    return with_layout(figure, 240, "Epoch", "Accuracy")


@cache
def learning_rate_figure() -> go.Figure:
    """One empty curve: the learning rate over steps."""
    figure = go.Figure()
    figure.add_scatter(name="learning rate", line={"color": LEARNING_RATE})
    figure.update_yaxes(rangemode="tozero", exponentformat="power")
    return with_layout(figure, 240, "Step", "Learning rate", showlegend=False)


def run_curves(
    title: str,
    names: list[str],
    groups: list[str],
    curves: list[Curve],
    highlighted: int | None = None,
    log: bool = False,
) -> go.Figure:
    """A curve over its steps for each run; `title` is that of the y axis.

    Runs of the same of `groups` have the same colour. If `highlighted`, the index of a
    run, is given, the others are faded.
    """
    colours = colours_of(groups)
    figure = go.Figure()
    for index, (name, group, (steps, values)) in enumerate(zip(names, groups, curves, strict=True)):
        shown = thin_curve(values, _RUN_POINTS)
        figure.add_scatter(
            x=steps[shown].tolist(),
            y=values[shown].tolist(),
            name=escaped(name),
            line={"color": colours[group], "width": 2},
            mode="lines" if len(steps) > 1 else "markers",
            opacity=1 if highlighted in (None, index) else _FADED,
        )
    return with_layout(figure, 380, "Step", title, yaxis_type="log" if log else "linear", showlegend=True)


def event_markers(last_step: int, marks: list[tuple[int, str]]) -> dict[str, Any]:
    """Layout of a figure over steps: the axis up to `last_step`, and a named line at each of `marks`, (step, name)."""
    by_step: dict[int, list[str]] = {}
    for step, name in marks:
        by_step.setdefault(step, []).append(name)
    return {
        "xaxis": {"range": [0, max(last_step, 1)]},
        "shapes": [
            {"type": "line", "x0": step, "x1": step, "yref": "paper", "y0": 0, "y1": 1, "line": {"dash": "dot"}}
            for step in by_step
        ],
        "annotations": [
            # Each name is a line lower than the one before, so that those of close steps do not overlap.
            {"x": step, "yref": "paper", "y": 1 - 0.08 * (index % 4), "yanchor": "top", "xanchor": "left"}
            | {"text": ", ".join(names), "showarrow": False, "font": {"size": 11}}
            for index, (step, names) in enumerate(by_step.items())
        ],
    }


def thin_curve(values: NDArray[np.float64], most: int = MAX_POINTS) -> NDArray[np.int64]:
    """Ascending indices of at most `most` of (n,) values: the minimum and the maximum in equal intervals."""
    if len(values) <= most:
        return np.arange(len(values))
    return np.unique(MinMaxDownsampler().downsample(values, n_out=most)).astype(np.int64)


def smooth_curve(
    values: NDArray[np.float64], weight: float = SMOOTHING, carry: float = 0.0, before: int = 0
) -> tuple[NDArray[np.float64], float]:
    """Exponential moving average of (n,) values, and the `carry` with which the next call continues it.

    `weight`, from 0 to below 1, is how much of the average so far is kept at each value. `carry` is what was returned
    for the `before` values that preceded these. The bias towards the start at 0 is corrected as in Kingma and Ba, Adam
    (2015).
    """
    # Not SciPy's `lfilter`: importing that takes 0.7 s, which the first chart of a page would wait for.
    averages = pd.Series(np.r_[carry, values]).ewm(alpha=1 - weight, adjust=False).mean().to_numpy()
    counts = np.arange(before + 1, before + len(values) + 1)
    return averages[1:] / (1 - weight**counts), float(averages[-1])
