"""The theme of all figures: colours that the colour-blind can tell apart, and the common layout."""

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

# Each digit has the same colour everywhere; after Tol's palettes (2021), with neighbours well apart.
DIGIT_COLOURS = (
    "#332288",
    "#88CCEE",
    "#CC6677",
    "#117733",
    "#DDCC77",
    "#AA4499",
    "#44AA99",
    "#882255",
    "#999933",
    "#9AA8B2",
)


def with_layout(figure: go.Figure, height: int, *, x: str, y: str) -> go.Figure:
    """Set a figure's height in pixels, the titles `x` and `y` of its axes, and the common layout."""
    return figure.update_layout(
        height=height,
        margin={"l": 60, "r": 16, "t": 32, "b": 48},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": x}},
        yaxis={"title": {"text": y}},
    )


def heatmap(values: NDArray[np.generic], number: str, hover: str, **axes: list[str]) -> go.Figure:
    """A heatmap with the first row on top; up to 121 cells have their value written on them.

    `number` is the D3 format of the values, `hover` the template of the hover text, `axes` the names of `x` and `y`.
    """
    fits = values.size <= 121
    figure = go.Figure(
        go.Heatmap(
            z=values,
            colorscale=_BLUES,
            showscale=False,
            hovertemplate=hover,
            texttemplate=f"%{{z:{number}}}" if fits else None,
            xgap=1,
            ygap=1,
            **axes,
        )
    )
    figure.update_xaxes(showgrid=False, zeroline=False)
    figure.update_yaxes(autorange="reversed", showgrid=False, zeroline=False)
    return figure


def colours_of(groups: list[str]) -> dict[str, str]:
    """A colour for each group. A group that is a run's number has the same colour in every figure where it is free."""
    colours: dict[str, str] = {}
    for group in groups:
        start = int(group) if group.isdecimal() else len(colours)
        candidates = [RUN_COLOURS[(start + offset) % len(RUN_COLOURS)] for offset in range(len(RUN_COLOURS))]
        colours.setdefault(
            group, next((colour for colour in candidates if colour not in colours.values()), candidates[0])
        )
    return colours
