"""Figures of K nearest neighbours: the blocks' shares of a distance, and accuracy over k, grids and references."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.figures.theme import HIGHLIGHT, PREDICTED, RUN_COLOURS, add_curve, add_frame, heatmap, with_layout


def distance_share_heatmap(shares: NDArray[np.float64]) -> go.Figure:
    """A heatmap of each block's share of a squared distance, (rows, columns), 0 to 1."""
    rows, columns = ([str(number) for number in range(1, count + 1)] for count in shares.shape)
    figure = heatmap(shares, ".0%", "row %{y}, column %{x}: %{z:.1%}<extra></extra>", x=columns, y=rows)
    return with_layout(figure, 300, "Column of blocks", "Row of blocks")


def accuracy_over_k(curves: Mapping[str, Sequence[float]], current: str, k: int) -> go.Figure:
    """A curve over k = 1, 2, ... for each grid; the current grid's is thicker, with a marker at the current `k`."""
    figure = go.Figure()
    for (name, accuracies), colour in zip(curves.items(), cycle(RUN_COLOURS), strict=False):
        ks, hover = range(1, len(accuracies) + 1), f"{name}, k = %{{x}}: %{{y:.1%}}"
        add_curve(figure, ks, accuracies, colour, hover, name=name, line_width=3.5 if name == current else 1.5)
    _mark(figure, k, curves[current][k - 1])
    return with_layout(figure, 400, "Neighbours, k", "Validation accuracy", yaxis_tickformat=".1%")


def accuracy_over_grids(
    rows: Sequence[int],
    columns: Sequence[int],
    accuracies: NDArray[np.float64],
    current: tuple[int, int],
    best: tuple[int, int],
) -> go.Figure:
    """A heatmap of accuracies (rows, columns), NaN where not measured; the current and the best grid are framed."""
    names = {"x": [str(count) for count in columns], "y": [str(count) for count in rows]}
    figure = heatmap(accuracies, ".1%", "%{y} rows, %{x} columns: %{z:.2%}<extra></extra>", **names)
    for grid, name, colour in ((best, "best", "#009E73"), (current, "current", HIGHLIGHT)):
        add_frame(figure, list(columns).index(grid[1]), list(rows).index(grid[0]), 1, colour)
        marker = {"symbol": "square-open", "color": colour}
        figure.add_scatter(x=[None], y=[None], name=name, mode="markers", marker=marker)
    titles = "Columns of blocks", "Rows of blocks"
    return with_layout(figure, 440, *titles, xaxis_type="category", yaxis_type="category")


def accuracy_over_references(counts: Sequence[int], accuracies: Sequence[float], current: int) -> go.Figure:
    """The learning curve: accuracy over the number of references, with a marker at the current number."""
    figure = go.Figure()
    hover = "%{x:,} references: %{y:.1%}"
    add_curve(figure, counts, accuracies, PREDICTED, hover, mode="lines+markers", showlegend=False)
    if current in counts:
        _mark(figure, current, accuracies[list(counts).index(current)])
    figure.update_xaxes(type="log", tickformat=",")
    return with_layout(figure, 400, "References", "Validation accuracy", yaxis_tickformat=".1%")


def _mark(figure: go.Figure, x: float, y: float) -> None:
    marker = {"size": 12, "symbol": "circle-open", "color": HIGHLIGHT, "line": {"width": 3}}
    hover = "current: %{y:.1%}<extra></extra>"
    figure.add_scatter(x=[x], y=[y], name="current", mode="markers", marker=marker, hovertemplate=hover)
