"""Figures of the images of a data set: counts, votes, probabilities and pixels."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.figures.png import data_url
from mnist_core.figures.theme import (
    CLASS_COLOURS,
    DIGITS,
    OTHER,
    PREDICTED,
    SMOOTHED,
    escaped,
    with_class_axis,
    with_layout,
)


def counts_per_class(parts: dict[str, list[int]], names: Sequence[str] = DIGITS, title: str = "Digit") -> go.Figure:
    """The number of images of each class in the parts of a data set, `{part: counts}`, as grouped bars.

    `names` are those of the classes, `title` what a class is called at the axis.
    """
    figure = go.Figure()
    for (part, counts), colour in zip(parts.items(), (PREDICTED, "#E69F00"), strict=True):
        figure.add_bar(x=list(range(len(names))), y=counts, name=part, marker_color=colour)
    return with_class_axis(with_layout(figure, 300, title, "Images"), names)


def votes_per_class(votes: list[int], names: Sequence[str] = DIGITS, title: str = "Digit") -> go.Figure:
    """The votes for each class as bars; that of the class with most has another colour. The rest as above."""
    colours = [PREDICTED if label == np.argmax(votes) else OTHER for label in range(len(names))]
    figure = go.Figure().add_bar(x=list(range(len(names))), y=votes, marker_color=colours)
    texts = [str(count or "") for count in votes]
    figure.update_traces(text=texts, textposition="outside", textfont_size=12, constraintext="none")
    figure.update_yaxes(range=[0, max(votes) * 1.2], tickformat="d", nticks=5)
    height = 220 if max(map(len, names)) == 1 else 300  # names of classes stand upright
    return with_class_axis(with_layout(figure, height, title, "Votes"), names)


def pixel_heatmap(image: NDArray[np.uint8]) -> go.Figure:
    """A (28, 28) image with the value of each pixel written on it."""
    figure = go.Figure().add_heatmap(z=image, zmin=0, zmax=255, colorscale="gray", showscale=False)
    figure.update_traces(texttemplate="%{z}", hovertemplate="row %{y}, column %{x}: %{z}<extra></extra>")
    return with_layout(figure, 640, "Column", "Row", yaxis={"autorange": "reversed", "scaleanchor": "x"})


def picture_figure(picture: NDArray[np.uint8]) -> go.Figure:
    """A picture, (height, width, 3) RGB, on which a box can be drawn; its axes are in its pixels."""
    height, width = picture.shape[:2]
    figure = go.Figure().add_image(source=data_url(picture), hoverinfo="skip")
    for axis in (figure.update_xaxes, figure.update_yaxes):
        axis(visible=False, fixedrange=True)
    shown = min(max(300 * height // width, 60), 420)
    return with_layout(figure, shown, "", "", margin={"l": 0, "r": 0, "t": 0, "b": 0}, dragmode="select")


def histogram_with_marker(values: NDArray[np.float64], marked: float, axis: str) -> go.Figure:
    """The histogram of (n,) values of a measure, with a marker at the value `marked`; `axis` titles the x axis."""
    low, high = np.quantile(values, (0.001, 0.999))
    counts, edges = np.histogram(values, bins=40, range=(float(low), float(high)))
    figure = go.Figure().add_bar(x=(edges[:-1] + edges[1:]) / 2, y=counts / len(values), marker_color=OTHER)
    figure.update_traces(hovertemplate="%{x:.3g}: %{y:.1%}<extra></extra>")
    figure.add_vline(marked, line_color=SMOOTHED, line_width=3, annotation_text="yours", annotation_position="top")
    figure.update_xaxes(title_font_size=12, tickangle=0, nticks=8)
    return with_layout(figure, 170, axis, "Images", bargap=0, yaxis={"tickformat": ".0%", "nticks": 4})


def probability_bands(
    epochs: list[int], probabilities: NDArray[np.floating], names: Sequence[str] = DIGITS
) -> go.Figure:
    """The probabilities of the classes after each of the epochs, (len(epochs), 10), as stacked bands."""
    figure = go.Figure()
    for label, (name, colour) in enumerate(zip(map(escaped, names), CLASS_COLOURS, strict=False)):
        figure.add_scatter(
            x=epochs,
            y=probabilities[:, label],
            name=name,
            stackgroup="classes",
            mode="lines",
            line={"width": 0.5, "color": colour},
            fillcolor=colour,
            hovertemplate=f"{name}: %{{y:.1%}} after epoch %{{x}}<extra></extra>",
        )
    figure.update_xaxes(tickvals=epochs[:: max(len(epochs) // 12, 1)])
    figure.update_yaxes(tickformat=".0%", range=[0, 1])
    return with_layout(figure, 380, "Epochs of training", "Probability", legend_traceorder="normal")
