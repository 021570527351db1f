"""Curves of several runs on one figure."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.figures.course import smooth, thin
from mnist_core.figures.look import RUNS, laid_out

_MOST_POINTS = 400
"""Of each curve: a smoothed one needs no more."""
_WEIGHT = 0.95


def loss_curves(
    names: list[str], groups: list[str], losses: list[tuple[NDArray[np.int64], NDArray[np.float64]]], log: bool
) -> go.Figure:
    """The smoothed loss of each run over its steps.

    `names` are the runs', `groups` what runs of one colour have in common, `losses` their steps and values.
    """
    colours = {group: RUNS[index % len(RUNS)] for index, group in enumerate(dict.fromkeys(groups))}
    figure = go.Figure()
    for name, group, (steps, values) in zip(names, groups, losses, strict=True):
        smoothed, _ = smooth(values, _WEIGHT)
        shown = thin(smoothed, _MOST_POINTS)
        figure.add_scatter(
            x=steps[shown].tolist(),
            y=smoothed[shown].tolist(),
            name=name,
            legendgroup=group,
            line={"color": colours[group], "width": 2},
        )
    figure.update_yaxes(type="log" if log else "linear", rangemode="normal" if log else "tozero")
    return laid_out(figure, 380, x="Step", y="Loss, smoothed").update_layout(showlegend=True)
