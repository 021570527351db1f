"""Figures of a training's course. They start empty, since their points arrive while the training goes on."""

from itertools import accumulate
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.figures.theme import RATE, RAW, SMOOTHED, TRAINING, VALIDATION, with_layout

MOST_POINTS = 2_000
"""Points that a curve shows at most when it is opened."""
SMOOTHING = 0.95
"""How much of the average so far is kept at each step, where nobody chooses."""


def loss_figure(log: bool) -> go.Figure:
    """Two curves over steps: the loss of each step, and smoothed."""
    figure = go.Figure()
    figure.add_scatter(name="each step", line={"color": RAW, "width": 1})
    figure.add_scatter(name="smoothed", line={"color": SMOOTHED, "width": 2.5})
    figure.update_yaxes(type="log" if log else "linear", rangemode="normal" if log else "tozero")
    return with_layout(figure, 340, x="Step", y="Loss")


def accuracy_figure() -> go.Figure:
    """Two curves over epochs: accuracy on training and on validation images."""
    figure = go.Figure()
    for name, colour in (("training", TRAINING), ("validation", VALIDATION)):
        figure.add_scatter(name=name, mode="lines+markers", line={"color": colour})
    figure.update_xaxes(tickformat="d", rangemode="tozero")
    figure.update_yaxes(tickformat=".1~%", minallowed=0, maxallowed=1.002)
    return with_layout(figure, 240, x="Epoch", y="Accuracy")


def rate_figure() -> go.Figure:
    """The learning rate over steps."""
    figure = go.Figure()
    figure.add_scatter(name="learning rate", line={"color": RATE})
    figure.update_yaxes(rangemode="tozero", exponentformat="power")
    return with_layout(figure, 240, x="Step", y="Learning rate").update_layout(showlegend=False)


def event_markers(last_step: int, marks: list[tuple[int, str]]) -> dict[str, Any]:
    """Layout of a figure over steps: an axis to `last_step`, and a named line at each of `marks`, (step, name)."""
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
            # Each a line lower than the one before, so that the names of near marks can be read.
            {"x": step, "yref": "paper", "y": 1 - 0.08 * (index % 4), "yanchor": "top", "xanchor": "left"}
            | {"text": ", ".join(names), "showarrow": False, "font": {"size": 11}}
            for index, (step, names) in enumerate(by_step.items())
        ],
    }


def thin_curve(values: NDArray[np.float64], most: int = MOST_POINTS) -> NDArray[np.int64]:
    """Indices of at most `most` of (n,) values that keep the curve's shape: the extremes of equal stretches."""
    if len(values) <= most:
        return np.arange(len(values))
    stretches = np.array_split(np.arange(len(values)), most // 2)
    extremes = [(stretch[values[stretch].argmin()], stretch[values[stretch].argmax()]) for stretch in stretches]
    return np.unique(extremes)


def smooth(
    values: NDArray[np.float64], weight: float, carry: float = 0.0, before: int = 0
) -> tuple[NDArray[np.float64], float]:
    """Exponential moving average of (n,) values, and what the next ones need to go on from it.

    `weight`, 0 to below 1, is how much of the average so far is kept at each value. `carry` is what was returned for
    the `before` values that came before these. Early averages are corrected for their start at 0, as in Kingma and Ba,
    Adam (2015).
    """
    averages = list(
        accumulate(values.tolist(), lambda last, value: weight * last + (1 - weight) * value, initial=carry)
    )
    counts = np.arange(before + 1, before + len(values) + 1)
    return np.array(averages[1:]) / (1 - weight**counts), averages[-1]
