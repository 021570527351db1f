"""Plotly figures from plain data, in one look: colours that the colour-blind can tell apart, axes with units."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.blocks import edges

# Colours after Okabe and Ito (2008), which the colour-blind can tell apart.
_RAW, _SMOOTHED, _ANSWER, _OTHER = "#8FB8CE", "#D55E00", "#0072B2", "#9AA8B2"
_SMOOTHING = 0.95
_MOST_POINTS = 2_000


def loss_curve(steps: NDArray[np.int64], losses: NDArray[np.float64], last_step: int) -> go.Figure:
    """Loss per step, raw and smoothed, over an axis that ends at `last_step`."""
    smoothed = pd.Series(losses).ewm(alpha=1 - _SMOOTHING).mean().to_numpy()
    shown = thin(losses)
    figure = go.Figure()
    figure.add_scatter(x=steps[shown], y=losses[shown], name="each step", line={"color": _RAW, "width": 1})
    figure.add_scatter(x=steps[shown], y=smoothed[shown], name="smoothed", line={"color": _SMOOTHED, "width": 2.5})
    figure.update_xaxes(range=[0, max(last_step, 1)])
    figure.update_yaxes(rangemode="tozero")
    return _laid_out(figure, 340, x="Step", y="Loss")


def thin(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices of at most 2,000 of (n,) values that keep the curve's shape: the extremes of equal stretches."""
    if len(values) <= _MOST_POINTS:
        return np.arange(len(values))
    stretches = np.array_split(np.arange(len(values)), _MOST_POINTS // 2)
    extremes = [(stretch[values[stretch].argmin()], stretch[values[stretch].argmax()]) for stretch in stretches]
    return np.unique(extremes)


def accuracy_curve(epochs: list[int], accuracies: list[float]) -> go.Figure:
    """Accuracy (0 to 1) on validation images after each epoch."""
    figure = go.Figure()
    figure.add_scatter(x=epochs, y=accuracies, mode="lines+markers", name="validation", line={"color": _ANSWER})
    figure.update_xaxes(dtick=max(1, len(epochs) // 10))
    figure.update_yaxes(tickformat=".1%")
    return _laid_out(figure, 220, x="Epoch", y="Validation accuracy")


def counts_per_digit(parts: dict[str, list[int]]) -> go.Figure:
    """How many images of each digit each part of the data set holds: `{part: ten counts}`."""
    figure = go.Figure()
    for (part, counts), colour in zip(parts.items(), (_ANSWER, "#E69F00"), strict=True):
        figure.add_bar(x=list(range(10)), y=counts, name=part, marker_color=colour)
    figure.update_xaxes(dtick=1)
    return _laid_out(figure, 300, x="Digit", y="Images")


def shares_per_digit(shares: list[float], axis: str, percent: bool = False) -> go.Figure:
    """Ten probabilities or votes as bars, the largest in another colour."""
    largest = int(np.argmax(shares))
    colours = [_ANSWER if digit == largest else _OTHER for digit in range(10)]
    labels = [f"{share:.0%}" if percent else f"{share:.0f}" for share in shares]
    figure = go.Figure(
        go.Bar(
            x=list(range(10)),
            y=shares,
            marker_color=colours,
            text=["" if label in ("0", "0%") else label for label in labels],
            textposition="outside",
            textfont_size=12,
            constraintext="none",
        )
    )
    figure.update_xaxes(dtick=1)
    figure.update_yaxes(range=[0, max(shares) * 1.2], tickformat=".0%" if percent else "d", nticks=5)
    return _laid_out(figure, 220, x="Digit", y=axis)


def block_grid(image: NDArray[np.uint8], counts: NDArray[np.float32]) -> go.Figure:
    """A (28, 28) image with its grid of (rows, columns) blocks and the ink count written in each."""
    rows, columns = counts.shape
    # Ink is drawn in a middle grey, so that the counts can be read on it.
    ink = [[0, "#000000"], [1, "#757575"]]
    figure = go.Figure(go.Heatmap(z=image, zmin=0, zmax=255, colorscale=ink, showscale=False, hoverinfo="skip"))
    horizontal, vertical = np.array(edges(rows)) - 0.5, np.array(edges(columns)) - 0.5
    for y in horizontal:
        figure.add_shape(type="line", x0=-0.5, x1=27.5, y0=y, y1=y, line={"color": "#E69F00", "width": 1})
    for x in vertical:
        figure.add_shape(type="line", x0=x, x1=x, y0=-0.5, y1=27.5, line={"color": "#E69F00", "width": 1})
    centres_y, centres_x = (horizontal[:-1] + horizontal[1:]) / 2, (vertical[:-1] + vertical[1:]) / 2
    figure.add_scatter(
        x=np.tile(centres_x, rows),
        y=np.repeat(centres_y, columns),
        text=[f"{count:.0f}" for count in counts.ravel()],
        mode="text",
        # As large as the blocks allow.
        textfont={"color": "#FFE08A", "size": min(18, 250 // max(rows, columns))},
        hovertemplate="%{text} ink pixels<extra></extra>",
    )
    figure.update_xaxes(visible=False, range=[-0.6, 27.6])
    figure.update_yaxes(visible=False, range=[27.6, -0.6], scaleanchor="x")
    _laid_out(figure, 380, x="", y="")
    return figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0}, showlegend=False)


def pixels(image: NDArray[np.uint8]) -> go.Figure:
    """A (28, 28) image with the number of each pixel written on it."""
    figure = go.Figure(
        go.Heatmap(
            z=image,
            zmin=0,
            zmax=255,
            colorscale="gray",
            showscale=False,
            texttemplate="%{z}",
            hovertemplate="row %{y}, column %{x}: %{z}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", scaleanchor="x")
    return _laid_out(figure, 640, x="Column", y="Row")


def _laid_out(figure: go.Figure, height: int, *, x: str, y: str) -> go.Figure:
    return figure.update_layout(
        height=height,
        margin={"l": 60, "r": 16, "t": 32, "b": 48},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": x}},
        yaxis={"title": {"text": y}},
    )
