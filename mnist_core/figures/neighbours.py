"""Figures of K nearest neighbours: the blocks' shares of a distance, and accuracy over k, grids and references."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.figures.theme import HIGHLIGHT, PREDICTED, RUN_COLOURS, heatmap, with_layout


def distance_share_heatmap(shares: NDArray[np.float64]) -> go.Figure:
    """A heatmap of each block's share of a squared distance, (rows, columns), 0 to 1."""
    rows, columns = ([str(number) for number in range(1, count + 1)] for count in shares.shape)
    figure = heatmap(shares, ".0%", "row %{y}, column %{x}: %{z:.1%}<extra></extra>", x=columns, y=rows)
    return with_layout(figure, 300, x="Column of blocks", y="Row of blocks")


def accuracy_over_k(curves: Mapping[str, Sequence[float]], current: str, k: int) -> go.Figure:
    """A curve over k = 1, 2, ... for each grid; the current grid's is thicker, with a marker at the current `k`."""
    figure = go.Figure()
    for number, (name, accuracies) in enumerate(curves.items()):
        figure.add_scatter(
            x=list(range(1, len(accuracies) + 1)),
            y=accuracies,
            name=name,
            line={"color": RUN_COLOURS[number % len(RUN_COLOURS)], "width": 3.5 if name == current else 1.5},
            hovertemplate=f"{name}, k = %{{x}}: %{{y:.1%}}<extra></extra>",
        )
    _mark(figure, k, curves[current][k - 1])
    figure.update_yaxes(tickformat=".1%")
    return with_layout(figure, 400, x="Neighbours, k", y="Validation accuracy")


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
        y, x = list(rows).index(grid[0]), list(columns).index(grid[1])
        figure.add_shape(
            type="rect", x0=x - 0.5, x1=x + 0.5, y0=y - 0.5, y1=y + 0.5, line={"color": colour, "width": 3}
        )
        figure.add_scatter(
            x=[None], y=[None], name=name, mode="markers", marker={"symbol": "square-open", "color": colour}
        )
    figure.update_xaxes(type="category")
    figure.update_yaxes(type="category")
    return with_layout(figure, 440, x="Columns of blocks", y="Rows of blocks")


def accuracy_over_references(counts: Sequence[int], accuracies: Sequence[float], current: int) -> go.Figure:
    """The learning curve: accuracy over the number of references, with a marker at the current number."""
    figure = go.Figure(
        go.Scatter(
            x=list(counts),
            y=list(accuracies),
            mode="lines+markers",
            line_color=PREDICTED,
            showlegend=False,
            hovertemplate="%{x:,} references: %{y:.1%}<extra></extra>",
        )
    )
    if current in counts:
        _mark(figure, current, accuracies[list(counts).index(current)])
    figure.update_xaxes(type="log", tickformat=",")
    figure.update_yaxes(tickformat=".1%")
    return with_layout(figure, 400, x="References", y="Validation accuracy")


def _mark(figure: go.Figure, x: float, y: float) -> None:
    figure.add_scatter(
        x=[x],
        y=[y],
        name="current",
        mode="markers",
        marker={"size": 12, "symbol": "circle-open", "color": HIGHLIGHT, "line": {"width": 3}},
        hovertemplate="current: %{y:.1%}<extra></extra>",
    )
