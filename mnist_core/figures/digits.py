"""Figures of digits: their counts, votes and probabilities, and their pixels."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.figures.look import ANSWER, OTHER, laid_out


def counts_per_digit(parts: dict[str, list[int]]) -> go.Figure:
    """How many images of each digit each part of the data set holds: `{part: ten counts}`."""
    figure = go.Figure()
    for (part, counts), colour in zip(parts.items(), (ANSWER, "#E69F00"), strict=True):
        figure.add_bar(x=list(range(10)), y=counts, name=part, marker_color=colour)
    figure.update_xaxes(dtick=1)
    return laid_out(figure, 300, x="Digit", y="Images")


def shares_per_digit(shares: list[float], axis: str, percent: bool = False) -> go.Figure:
    """Ten probabilities or votes as bars, the largest in another colour."""
    largest = int(np.argmax(shares))
    colours = [ANSWER if digit == largest else OTHER for digit in range(10)]
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
    return laid_out(figure, 220, x="Digit", y=axis)


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
    return laid_out(figure, 640, x="Column", y="Row")
