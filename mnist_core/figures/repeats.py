"""Accuracies of runs that repeat the same settings: over the number of training images, and over seeds."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from mnist_core.figures.theme import LEARNING_RATE, OTHER, PREDICTED, TRAINING, VALIDATION, with_layout

if TYPE_CHECKING:
    from mnist_core.evaluation.repeats import AccuracyRange, LearningCurvePoint

_FAINT = 0.2


def learning_curve(points: "Sequence[LearningCurvePoint]", neighbours: Mapping[int, float]) -> go.Figure:
    """Training and validation accuracy over the number of training images, with the range over seeds as a band.

    `neighbours`: the validation accuracy of K nearest neighbours by the number of references.
    """
    figure = go.Figure()
    if points:
        _add_networks(figure, points)
    if neighbours:
        figure.add_scatter(
            x=list(neighbours),
            y=list(neighbours.values()),
            name="K nearest neighbours, validation",
            mode="lines+markers",
            line={"color": LEARNING_RATE, "dash": "dot"},
            marker={"symbol": "diamond", "size": 8},
            hovertemplate="%{x:,} references: %{y:.1%}<extra></extra>",
        )
    figure.update_xaxes(type="log", tickformat=",")
    figure.update_yaxes(tickformat=".0%")
    figure.update_layout(showlegend=True)
    return with_layout(figure, 400, x="Training images", y="Accuracy")


def _add_networks(figure: go.Figure, points: "Sequence[LearningCurvePoint]") -> None:
    images = [point.images for point in points]
    for name, colour, symbol, ranges in (
        ("training", TRAINING, "square", [point.training for point in points]),
        ("validation", VALIDATION, "circle", [point.validation for point in points]),
    ):
        _add_band(figure, images, ranges, colour)
        figure.add_scatter(
            x=images,
            y=[accuracy.mean for accuracy in ranges],
            name=name,
            mode="lines+markers",
            line={"color": colour},
            marker={"symbol": symbol, "size": 8},
            customdata=[point.seeds for point in points],
            hovertemplate=f"%{{x:,}} images: %{{y:.1%}} {name}, mean over %{{customdata}} seeds<extra></extra>",
        )


def _add_band(figure: go.Figure, images: list[int], ranges: "list[AccuracyRange]", colour: str) -> None:
    figure.add_scatter(
        x=[*images, *reversed(images)],
        y=[*(accuracy.high for accuracy in ranges), *(accuracy.low for accuracy in reversed(ranges))],
        fill="toself",
        fillcolor=colour,
        opacity=_FAINT,
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def seed_variance(accuracies: Mapping[str, Sequence[float]]) -> go.Figure:
    """The accuracy of each seed as a point, and their mean as a line, in a row for each key such as `test`."""
    figure = go.Figure()
    for row, (name, shares) in enumerate(accuracies.items()):
        # Spread out a little, so that points of equal accuracy can be told apart.
        heights = row + 0.12 * (np.arange(len(shares)) % 3 - 1)
        figure.add_scatter(
            x=list(shares),
            y=heights,
            mode="markers",
            marker={"size": 11, "color": PREDICTED, "opacity": 0.8},
            hovertemplate=f"{name}: %{{x:.2%}}<extra></extra>",
            showlegend=False,
        )
        mean = float(np.mean(shares))
        figure.add_scatter(
            x=[mean, mean],
            y=[row - 0.3, row + 0.3],
            mode="lines",
            line={"color": OTHER, "width": 3},
            hovertemplate=f"{name}, mean: %{{x:.2%}}<extra></extra>",
            showlegend=False,
        )
    figure.update_xaxes(tickformat=".1~%")
    figure.update_yaxes(
        tickvals=list(range(len(accuracies))), ticktext=list(accuracies), range=[len(accuracies) - 0.4, -0.6]
    )
    return with_layout(figure, 130 + 70 * len(accuracies), x="Accuracy, a point a seed", y="").update_layout(
        margin={"l": 90}
    )
