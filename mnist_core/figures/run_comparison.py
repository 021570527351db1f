"""Curves of several runs in one figure."""

from typing import TypeAlias

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.figures.theme import colours_of, with_layout
from mnist_core.figures.training_curves import thin_curve

Curve: TypeAlias = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Steps and values, (n,) each."""
_MAX_POINTS = 400
"""Points of a curve; a smoothed one needs no more."""
_FADED = 0.15
"""Opacity of a curve beside a highlighted one."""


def run_curves(
    title: str,
    names: list[str],
    groups: list[str],
    curves: list[Curve],
    *,
    highlighted: int | None = None,
    log: bool = False,
) -> go.Figure:
    """A curve over its steps for each run.

    `title` is that of the y axis. Runs of the same of `groups` have the same colour. If `highlighted`, the index of a
    run, is given, the others are faded.
    """
    colours = colours_of(groups)
    figure = go.Figure()
    for index, (name, group, (steps, values)) in enumerate(zip(names, groups, curves, strict=True)):
        shown = thin_curve(values, _MAX_POINTS)
        figure.add_scatter(
            x=steps[shown].tolist(),
            y=values[shown].tolist(),
            name=name,
            line={"color": colours[group], "width": 2},
            mode="lines" if len(steps) > 1 else "markers",
            opacity=1 if highlighted in (None, index) else _FADED,
        )
    figure.update_yaxes(type="log" if log else "linear")
    return with_layout(figure, 380, x="Step", y=title).update_layout(showlegend=True)
