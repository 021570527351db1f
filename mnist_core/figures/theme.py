"""The theme of all figures: colours that the colour-blind can tell apart, and the common layout."""

import html
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

# Colours after Okabe and Ito (2008), which the colour-blind can tell apart.
RAW, SMOOTHED, PREDICTED, OTHER = "#8FB8CE", "#D55E00", "#0072B2", "#9AA8B2"
TRAINING, VALIDATION, LEARNING_RATE = "#E69F00", "#0072B2", "#009E73"
HIGHLIGHT = "#D55E00"
"""Colour of what is current or chosen."""
RUN_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#B8A800", "#7A6FD0")
_BLUES = [[0, "#F2F7FA"], [0.5, "#6FA8C9"], [1, "#00496F"]]

# Each class has the same colour everywhere; after Tol's palettes (2021), with neighbours well apart.
CLASS_COLOURS = (
    *("#332288", "#88CCEE", "#CC6677", "#117733", "#DDCC77"),
    *("#AA4499", "#44AA99", "#882255", "#999933", "#9AA8B2"),
)


DIGITS = tuple("0123456789")
"""Names of the ten classes where they are digits."""
_LONGEST_TICK = 16  # letters


def escaped(name: str) -> str:
    """A name that a person gave as Plotly shows it, which would otherwise take `<b>` for its own."""
    return html.escape(name, quote=False)


def with_class_axis(figure: go.Figure, names: Sequence[str], axis: str = "x") -> go.Figure:
    """Write the names of the classes 0, 1, ... at an axis, `x` or `y`."""
    # Long ones would leave no room for the chart.
    short = [name if len(name) <= _LONGEST_TICK else f"{name[: _LONGEST_TICK - 1]}\u2026" for name in names]
    ticks = {"tickvals": list(range(len(names))), "ticktext": [escaped(name) for name in short]}
    return figure.update_layout({f"{axis}axis": ticks})


def with_layout(figure: go.Figure, height: int, x: str, y: str, **layout: Any) -> go.Figure:
    """Set a figure's height in pixels, the titles `x` and `y` of its axes, the common layout, and then `layout`."""
    figure.update_layout(
        height=height,
        margin={"l": 60, "r": 16, "t": 32, "b": 48},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": x}},
        yaxis={"title": {"text": y}},
    )
    return figure.update_layout(**layout)


def add_curve(figure: go.Figure, x: Iterable[float], y: Iterable[float], colour: str, hover: str, **trace: Any) -> None:
    """Add a curve to a figure. `hover` is the template of the hover text, `trace` has further properties by name."""
    figure.add_scatter(x=list(x), y=list(y), line_color=colour, hovertemplate=f"{hover}<extra></extra>", **trace)


def heatmap(values: NDArray[np.generic], number: str, hover: str, **axes: list[str]) -> go.Figure:
    """A heatmap with the first row on top; up to 121 cells have their value written on them.

    `number` is the D3 format of the values, `hover` the template of the hover text, `axes` the names of `x` and `y`.
    """
    figure = go.Figure().add_heatmap(z=values, colorscale=_BLUES, showscale=False, hovertemplate=hover, **axes)
    figure.update_traces(texttemplate=f"%{{z:{number}}}" if values.size <= 121 else None, xgap=1, ygap=1)
    figure.update_xaxes(showgrid=False, zeroline=False)
    return figure.update_yaxes(autorange="reversed", showgrid=False, zeroline=False)


def add_frame(figure: go.Figure, x: float, y: float, side: float, colour: str = HIGHLIGHT) -> None:
    """Frame the cell of a heatmap at (x, y), with a square of this side in cells."""
    half = side / 2
    line = {"color": colour, "width": 3}
    figure.add_shape(type="rect", x0=x - half, x1=x + half, y0=y - half, y1=y + half, line=line)


def colours_of(groups: list[str]) -> dict[str, str]:
    """A colour for each group. A group that is a run's number has the same colour in every figure where it is free."""
    colours: dict[str, str] = {}
    for group in groups:
        first = (int(group) if group.isdecimal() else len(colours)) % len(RUN_COLOURS)
        candidates = RUN_COLOURS[first:] + RUN_COLOURS[:first]
        free = (colour for colour in candidates if colour not in colours.values())
        colours.setdefault(group, next(free, candidates[0]))
    return colours
