"""Figures of an evaluation: accuracies, confusion matrix, calibration, risk and coverage, robustness."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.figures import theme
from mnist_core.figures.theme import HIGHLIGHT, OTHER, PREDICTED, RUN_COLOURS, SMOOTHED, add_curve, with_layout
from mnist_core.formatting import percent

if TYPE_CHECKING:  # it imports torch
    from mnist_core.evaluation.calibration import Bin
    from mnist_core.evaluation.corruptions import Corruption
    from mnist_core.evaluation.score import Score

_CELL = 30
"""Side of the square that can be clicked in a cell, in pixels."""
_SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "x", "star", "triangle-down")


def accuracy_intervals(scores: "Mapping[str, Score]") -> go.Figure:
    """The accuracy on each part, by its name, as a point with its 95 % interval."""
    shares = np.array([score.accuracy for score in scores.values()])
    low, high = np.array([score.interval for score in scores.values()]).T
    bars = {"array": high - shares, "arrayminus": shares - low, "thickness": 2, "color": PREDICTED}
    figure = go.Figure().add_scatter(x=shares, y=list(scores), mode="markers+text", error_x=bars)
    figure.update_traces(text=[percent(share) for share in shares], textposition="top center")
    figure.update_traces(marker={"size": 11, "color": PREDICTED}, hovertemplate="%{y}: %{x:.2%}<extra></extra>")
    margin = max(high.max() - low.min(), 0.01) / 5
    figure.update_xaxes(tickformat=".2~%", range=[low.min() - margin, min(high.max() + margin, 1 + margin / 4)])
    figure.update_yaxes(range=[len(scores) - 0.6, -0.7], autorange=False, type="category")
    return with_layout(figure, 90 + 56 * len(scores), "Accuracy", "", margin_l=90)


def confusion_heatmap(
    matrix: NDArray[np.int64],
    names: Sequence[str] = theme.DIGITS,
    *,
    shares: bool = False,
    framed: tuple[int, int] | None = None,
) -> go.Figure:
    """A confusion matrix, rows the label, as counts or as shares of the label's images; `names` are the classes'.

    The diagonal is left white. `framed` is the (label, predicted class) of a cell with a frame. The last trace has a
    point on each cell, which a click selects: x the predicted class, y the label.
    """
    count = len(names)
    wrong = np.where(np.eye(count, dtype=bool), 0, matrix)
    of_label = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    text = np.array([[f"{100 * share:.1f}" for share in row] for row in of_label]) if shares else matrix
    figure = theme.heatmap(wrong, "d", "")
    figure.update_traces(text=text, texttemplate="%{text}", zmin=0, zmax=max(int(wrong.max()), 1), hoverinfo="skip")
    labels, predicted = (index.ravel() for index in np.indices((count, count)))
    shown = [theme.escaped(name) for name in names]
    cells = zip(matrix.flat, of_label.flat, strict=True)
    figure.add_scatter(
        x=predicted,
        y=labels,
        mode="markers",
        marker={"symbol": "square-open", "size": _CELL, "color": HIGHLIGHT, "opacity": 0, "line": {"width": 3}},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0}},
        text=[
            f"{shown[label]} read as {shown[answer]}: {images:,} images, {percent(share)} of its label"
            for label, answer, (images, share) in zip(labels.tolist(), predicted.tolist(), cells, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )
    if framed is not None:
        theme.add_frame(figure, x=framed[1], y=framed[0], side=0.9)
    # Fixed, since a click that moves a little would zoom in.
    figure.update_xaxes(range=[-0.5, count - 0.5], fixedrange=True)
    figure.update_yaxes(range=[count - 0.5, -0.5], autorange=False, fixedrange=True)
    with_layout(figure, 420, "Read as", "Label, in % of its images" if shares else "Label")
    if max(map(len, names)) > 1:  # room for words
        figure.update_layout(height=500).update_xaxes(tickangle=-45).update_yaxes(automargin=True)
    return theme.with_class_axis(theme.with_class_axis(figure, names), names, "y")


def reliability_diagram(curves: "Mapping[str, Sequence[Bin]]") -> go.Figure:
    """Accuracy over confidence, a point per bin, larger for more predictions; the diagonal is perfect calibration."""
    diagonal = {"name": "as sure as right", "mode": "lines", "line": {"color": OTHER, "dash": "dash"}}
    figure = go.Figure().add_scatter(x=[0, 1], y=[0, 1], **diagonal)
    for (name, bins), colour, symbol in zip(curves.items(), (PREDICTED, SMOOTHED), ("circle", "diamond"), strict=False):
        counts = np.array([bin_.count for bin_ in bins])
        add_curve(
            figure,
            [bin_.confidence for bin_ in bins],
            [bin_.accuracy for bin_ in bins],
            colour,
            "%{customdata:,} answers, sure to %{x:.1%}, right in %{y:.1%}",
            name=name,
            mode="lines+markers",
            marker={"symbol": symbol, "size": 7 + 17 * np.sqrt(counts / counts.max())},
            cliponaxis=False,
            customdata=counts,
        )
    figure.update_xaxes(tickformat=".0%", range=[0, 1.03])
    figure.update_yaxes(tickformat=".0%", range=[0, 1.05])
    return with_layout(figure, 380, "Confidence", "Accuracy")


def risk_coverage_curve(curves: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]]) -> go.Figure:
    """Accuracy on the remaining images over the rejected share, from `calibration.risk_coverage`, a curve per name."""
    figure = go.Figure()
    for (name, (shares, accuracy)), colour in zip(curves.items(), cycle(RUN_COLOURS), strict=False):
        add_curve(
            figure,
            shares,
            accuracy,
            colour,
            "without the least sure %{x:.0%}: %{y:.2%} right",
            name=theme.escaped(name),
        )
    figure.update_xaxes(tickformat=".0%")
    figure.update_yaxes(tickformat=".1~%", maxallowed=1.002)
    return with_layout(figure, 380, "Share of answers withheld", "Accuracy of the others")


def accuracy_over_strength(
    corruption: "Corruption", groups: Sequence[str], curves: Mapping[str, Sequence[float]]
) -> go.Figure:
    """One curve per classifier, by name: six accuracies, 0 to 1, on clean digits and at each of the five strengths.

    `groups` are the runs' numbers, which determine the curves' colours.
    """
    strengths = [corruption.clean, *corruption.strengths]
    colours = theme.colours_of(list(groups))
    figure = go.Figure()
    for number, (group, (name, accuracies)) in enumerate(zip(groups, curves.items(), strict=True)):
        name = theme.escaped(name)
        marker = {"symbol": _SYMBOLS[number % len(_SYMBOLS)], "size": 9}
        add_curve(
            figure, strengths, accuracies, colours[group], f"{name}, %{{x}}: %{{y:.1%}}", name=name, marker=marker
        )
    figure.update_traces(mode="lines+markers", line_width=2, cliponaxis=False)
    figure.update_yaxes(range=[0, 1], tickformat=".0%")
    # Clean is always on the left.
    reverse = corruption.clean > corruption.strengths[-1]
    ticks = ["clean", *(f"{strength:g}" for strength in corruption.strengths)]
    figure.update_xaxes(autorange="reversed" if reverse else True, tickvals=strengths, ticktext=ticks)
    return with_layout(figure, 360, f"{corruption.name}, {corruption.unit}", "Accuracy", showlegend=True)
