"""Figures of digits: counts, votes, probabilities and pixels."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.figures.theme import DIGIT_COLOURS, OTHER, PREDICTED, SMOOTHED, with_layout


def counts_per_digit(parts: dict[str, list[int]]) -> go.Figure:
    """The number of images of each digit in the parts of a data set, `{part: ten counts}`, as grouped bars."""
    figure = go.Figure()
    for (part, counts), colour in zip(parts.items(), (PREDICTED, "#E69F00"), strict=True):
        figure.add_bar(x=list(range(10)), y=counts, name=part, marker_color=colour)
    figure.update_xaxes(dtick=1)
    return with_layout(figure, 300, x="Digit", y="Images")


def votes_per_digit(votes: list[int]) -> go.Figure:
    """The votes for each of the ten digits as bars; that of the digit with most has another colour."""
    most = int(np.argmax(votes))
    colours = [PREDICTED if digit == most else OTHER for digit in range(10)]
    figure = go.Figure(
        go.Bar(
            x=list(range(10)),
            y=votes,
            marker_color=colours,
            text=[str(count or "") for count in votes],
            textposition="outside",
            textfont_size=12,
            constraintext="none",
        )
    )
    figure.update_xaxes(dtick=1)
    figure.update_yaxes(range=[0, max(votes) * 1.2], tickformat="d", nticks=5)
    return with_layout(figure, 220, x="Digit", y="Votes")


def pixel_heatmap(image: NDArray[np.uint8]) -> go.Figure:
    """A (28, 28) image with the value of each pixel written on it."""
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
    return with_layout(figure, 640, x="Column", y="Row")


def histogram_with_marker(values: NDArray[np.float64], marked: float, axis: str) -> go.Figure:
    """The histogram of (n,) values of a measure, with a marker at the value `marked`; `axis` titles the x axis."""
    low, high = np.quantile(values, (0.001, 0.999))
    counts, edges = np.histogram(values, bins=40, range=(float(low), float(high)))
    figure = go.Figure(
        go.Bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts / len(values),
            marker_color=OTHER,
            hovertemplate="%{x:.3g}: %{y:.1%}<extra></extra>",
        )
    )
    figure.update_layout(bargap=0)
    figure.add_vline(marked, line_color=SMOOTHED, line_width=3, annotation_text="yours", annotation_position="top")
    figure.update_yaxes(tickformat=".0%", nticks=4)
    with_layout(figure, 170, x=axis, y="Images")
    return figure.update_layout(xaxis={"title": {"font": {"size": 12}}, "tickangle": 0, "nticks": 8})


def probability_bands(epochs: list[int], probabilities: NDArray[np.floating]) -> go.Figure:
    """The probabilities of the ten digits after each of the epochs, (len(epochs), 10), as stacked bands."""
    figure = go.Figure()
    for digit in range(10):
        figure.add_scatter(
            x=epochs,
            y=probabilities[:, digit],
            name=str(digit),
            stackgroup="digits",
            mode="lines",
            line={"width": 0.5, "color": DIGIT_COLOURS[digit]},
            fillcolor=DIGIT_COLOURS[digit],
            hovertemplate=f"{digit}: %{{y:.1%}} after epoch %{{x}}<extra></extra>",
        )
    figure.update_xaxes(tickvals=epochs[:: max(len(epochs) // 12, 1)])
    figure.update_yaxes(tickformat=".0%", range=[0, 1])
    with_layout(figure, 380, x="Epochs of training", y="Probability")
    return figure.update_layout(legend={"traceorder": "normal"})
