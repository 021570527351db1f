"""One look for all figures: colours that the colour-blind can tell apart, axes with units."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

# Colours after Okabe and Ito (2008), which the colour-blind can tell apart.
RAW, SMOOTHED, ANSWER, OTHER = "#8FB8CE", "#D55E00", "#0072B2", "#9AA8B2"
TRAINING, VALIDATION, RATE = "#E69F00", "#0072B2", "#009E73"
MARK = "#D55E00"
"""What is current or chosen."""
RUNS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#B8A800", "#7A6FD0")
_BLUES = [[0, "#F2F7FA"], [0.5, "#6FA8C9"], [1, "#00496F"]]

# Each digit has its colour everywhere, after Tol's palettes (2021), neighbours well apart.
DIGITS = (
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
    """Give a figure its height in pixels, the titles of its axes, and what all figures share."""
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
    """A heatmap with the first row on top and a number in each cell where there is room."""
    room = values.size <= 121
    figure = go.Figure(
        go.Heatmap(
            z=values,
            colorscale=_BLUES,
            showscale=False,
            hovertemplate=hover,
            texttemplate=f"%{{z:{number}}}" if room else None,
            xgap=1,
            ygap=1,
            **axes,
        )
    )
    figure.update_xaxes(showgrid=False, zeroline=False)
    figure.update_yaxes(autorange="reversed", showgrid=False, zeroline=False)
    return figure


def colours_of(groups: list[str]) -> dict[str, str]:
    """A colour for each group; a run by itself, whose group is its number, keeps its colour wherever that is free."""
    colours: dict[str, str] = {}
    for group in groups:
        start = int(group) if group.isdecimal() else len(colours)
        turned = [RUNS[(start + offset) % len(RUNS)] for offset in range(len(RUNS))]
        colours.setdefault(group, next((colour for colour in turned if colour not in colours.values()), turned[0]))
    return colours
