"""Figure of robustness: accuracy over the strength of a corruption."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from mnist_core.figures.theme import add_curve, colours_of, with_layout

if TYPE_CHECKING:  # it imports torch
    from mnist_core.evaluation.corruptions import Corruption

_SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "x", "star", "triangle-down")


def accuracy_over_strength(
    corruption: "Corruption", groups: Sequence[str], curves: Mapping[str, Sequence[float]]
) -> go.Figure:
    """One curve per classifier, by name: six accuracies, 0 to 1, on clean digits and at each of the five strengths.

    `groups` are the runs' numbers, which determine the curves' colours.
    """
    strengths = [corruption.clean, *corruption.strengths]
    colours = colours_of(list(groups))
    figure = go.Figure()
    for number, (group, (name, accuracies)) in enumerate(zip(groups, curves.items(), strict=True)):
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
