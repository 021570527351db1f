"""Figures of an evaluation: accuracies with intervals, confusion matrix, reliability diagram, risk-coverage curve."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.figures.theme import HIGHLIGHT, OTHER, PREDICTED, RUN_COLOURS, SMOOTHED, heatmap, with_layout
from mnist_core.formatting import percent

if TYPE_CHECKING:  # it imports torch
    from mnist_core.evaluation.calibration import Bin
    from mnist_core.evaluation.score import Score

_CELL = 30
"""Side of the square that can be clicked in a cell, in pixels."""


def accuracy_intervals(scores: "Mapping[str, Score]") -> go.Figure:
    """The accuracy on each part, by its name, as a point with its 95 % interval."""
    shares = np.array([score.accuracy for score in scores.values()])
    low, high = np.array([score.interval for score in scores.values()]).T
    figure = go.Figure(
        go.Scatter(
            x=shares,
            y=list(scores),
            mode="markers+text",
            text=[percent(share) for share in shares],
            textposition="top center",
            marker={"size": 11, "color": PREDICTED},
            error_x={"array": high - shares, "arrayminus": shares - low, "thickness": 2, "color": PREDICTED},
            hovertemplate="%{y}: %{x:.2%}<extra></extra>",
        )
    )
    margin = max(high.max() - low.min(), 0.01) / 5
    figure.update_xaxes(tickformat=".1~%", range=[low.min() - margin, min(high.max() + margin, 1 + margin / 4)])
    figure.update_yaxes(range=[len(scores) - 0.6, -0.7], autorange=False, type="category")
    with_layout(figure, 90 + 56 * len(scores), x="Accuracy", y="")
    return figure.update_layout(margin={"l": 90})


def confusion_matrix(
    matrix: NDArray[np.int64], *, shares: bool = False, framed: tuple[int, int] | None = None
) -> go.Figure:
    """A confusion matrix (10, 10), rows the label, as counts or as shares of the label's images.

    The diagonal is left white. `framed` is the (label, predicted digit) of a cell with a frame. The last trace has a
    point on each cell, which a click selects: x the predicted digit, y the label.
    """
    wrong = np.where(np.eye(10, dtype=bool), 0, matrix)
    of_label = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    text = np.array([[f"{100 * share:.1f}" for share in row] for row in of_label]) if shares else matrix
    figure = heatmap(wrong, "d", "")
    figure.update_traces(text=text, texttemplate="%{text}", zmin=0, zmax=max(int(wrong.max()), 1), hoverinfo="skip")
    labels, predicted = (index.ravel() for index in np.indices((10, 10)))
    figure.add_scatter(
        x=predicted,
        y=labels,
        mode="markers",
        marker={"symbol": "square-open", "size": _CELL, "color": HIGHLIGHT, "opacity": 0, "line": {"width": 3}},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0}},
        text=[
            f"{count:,} images, {percent(share)} of its label"
            for count, share in zip(matrix.flat, of_label.flat, strict=True)
        ],
        hovertemplate="%{y} read as %{x}: %{text}<extra></extra>",
        showlegend=False,
    )
    if framed is not None:
        y, x = framed
        frame = {"color": HIGHLIGHT, "width": 3}
        figure.add_shape(type="rect", x0=x - 0.45, x1=x + 0.45, y0=y - 0.45, y1=y + 0.45, line=frame)
    # Fixed, since a click that moves a little would zoom in.
    figure.update_xaxes(dtick=1, range=[-0.5, 9.5], fixedrange=True)
    figure.update_yaxes(dtick=1, range=[9.5, -0.5], autorange=False, fixedrange=True)
    return with_layout(figure, 420, x="Read as", y="Label, in % of its images" if shares else "Label")


def reliability_diagram(curves: "Mapping[str, Sequence[Bin]]") -> go.Figure:
    """Accuracy over confidence, a point per bin, larger for more predictions; the diagonal is perfect calibration."""
    figure = go.Figure(
        go.Scatter(x=[0, 1], y=[0, 1], name="as sure as right", mode="lines", line={"color": OTHER, "dash": "dash"})
    )
    for (name, bins), colour, symbol in zip(curves.items(), (PREDICTED, SMOOTHED), ("circle", "diamond"), strict=False):
        counts = np.array([bin_.count for bin_ in bins])
        figure.add_scatter(
            x=[bin_.confidence for bin_ in bins],
            y=[bin_.accuracy for bin_ in bins],
            name=name,
            mode="lines+markers",
            line={"color": colour},
            marker={"symbol": symbol, "size": 7 + 17 * np.sqrt(counts / counts.max())},
            cliponaxis=False,
            customdata=counts,
            hovertemplate="%{customdata:,} answers, sure to %{x:.1%}, right in %{y:.1%}<extra></extra>",
        )
    figure.update_xaxes(tickformat=".0%", range=[0, 1.03])
    figure.update_yaxes(tickformat=".0%", range=[0, 1.05])
    return with_layout(figure, 380, x="Confidence", y="Accuracy")


def risk_coverage(
    curves: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> go.Figure:
    """Accuracy on the remaining images over the rejected share, from `calibration.risk_coverage`, a curve per name."""
    figure = go.Figure()
    for number, (name, (shares, accuracy)) in enumerate(curves.items()):
        figure.add_scatter(
            x=shares,
            y=accuracy,
            name=name,
            line={"color": RUN_COLOURS[number % len(RUN_COLOURS)]},
            hovertemplate="without the least sure %{x:.0%}: %{y:.2%} right<extra></extra>",
        )
    figure.update_xaxes(tickformat=".0%")
    figure.update_yaxes(tickformat=".1~%", maxallowed=1.002)
    return with_layout(figure, 380, x="Share of answers withheld", y="Accuracy of the others")
