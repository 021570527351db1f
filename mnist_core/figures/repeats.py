"""Accuracies of runs that repeat the same settings: over the number of training images, and over seeds."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from mnist_core.figures.theme import LEARNING_RATE, OTHER, PREDICTED, TRAINING, VALIDATION, add_curve, with_layout

if TYPE_CHECKING:
    from mnist_core.evaluation.repeats import AccuracyRange, LearningCurvePoint

_FAINT = 0.2


def learning_curve(points: "Sequence[LearningCurvePoint]", neighbours: Mapping[int, float]) -> go.Figure:
    """Training and validation accuracy over the number of training images, with the range over seeds as a band.

    `neighbours`: the validation accuracy of K nearest neighbours by the number of references.
    """
    figure = go.Figure()
    if points:
        _add_network(figure, points, "training", TRAINING, "square", [point.training for point in points])
        _add_network(figure, points, "validation", VALIDATION, "circle", [point.validation for point in points])
    if neighbours:
        name, hover = "K nearest neighbours, validation", "%{x:,} references: %{y:.1%}"
        style = {"mode": "lines+markers", "line_dash": "dot", "marker": {"symbol": "diamond", "size": 8}}
        add_curve(figure, neighbours, neighbours.values(), LEARNING_RATE, hover, name=name, **style)
    figure.update_xaxes(type="log", tickformat=",")
    return with_layout(figure, 400, "Training images", "Accuracy", yaxis_tickformat=".0%", showlegend=True)


def _add_network(
    figure: go.Figure,
    points: "Sequence[LearningCurvePoint]",
    name: str,
    colour: str,
    symbol: str,
    ranges: "list[AccuracyRange]",
) -> None:
    images = [point.training_images for point in points]
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
    hover = f"%{{x:,}} images: %{{y:.1%}} {name}, mean over %{{customdata}} seeds"
    style = {"mode": "lines+markers", "marker": {"symbol": symbol, "size": 8}}
    seeds = [point.seeds for point in points]
    add_curve(
        figure, images, [accuracy.mean for accuracy in ranges], colour, hover, name=name, customdata=seeds, **style
    )


def seed_variance(accuracies: Mapping[str, Sequence[float]]) -> go.Figure:
    """The accuracy of each seed as a point, and their mean as a line, in a row for each key such as `test`."""
    figure = go.Figure()
    for row, (name, shares) in enumerate(accuracies.items()):
        # Spread out a little, so that points of equal accuracy can be told apart.
        heights = row + 0.12 * (np.arange(len(shares)) % 3 - 1)
        marker = {"size": 11, "color": PREDICTED, "opacity": 0.8}
        hover = f"{name}: %{{x:.2%}}<extra></extra>"
        figure.add_scatter(x=list(shares), y=heights, mode="markers", marker=marker, hovertemplate=hover)
        ends, hover = [row - 0.3, row + 0.3], f"{name}, mean: %{{x:.2%}}"
        add_curve(figure, [float(np.mean(shares))] * 2, ends, OTHER, hover, mode="lines", line_width=3)
    figure.update_traces(showlegend=False)
    rows = len(accuracies)
    figure.update_xaxes(tickformat=".1~%")
    figure.update_yaxes(tickvals=list(range(rows)), ticktext=list(accuracies), range=[rows - 0.4, -0.6])
    return with_layout(figure, 130 + 70 * rows, "Accuracy, a point a seed", "", margin_l=90)
