"""Figures of what a classifier has learnt: images as points of the plane, weights as colours."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.figures.theme import DIGITS, with_layout

# After Okabe and Ito (2008), equally light, which the colour-blind can tell apart.
ABOVE, BELOW = (240, 170, 30), (86, 180, 233)


def signed_colours(values: NDArray[np.floating], largest: float) -> NDArray[np.uint8]:
    """Colours (..., 3) of values (...): black for 0, ever lighter orange above, blue below, full from `largest` on."""
    strength = np.clip(np.abs(values) / max(largest, np.finfo(float).tiny), 0, 1)[..., None]
    return np.asarray(np.round(strength * np.where(values[..., None] > 0, ABOVE, BELOW)), np.uint8)


def projection_scatter(
    points: NDArray[np.floating], labels: NDArray[np.integer], answers: NDArray[np.integer], axes: tuple[str, str]
) -> go.Figure:
    """Images as points (n, 2), one trace for each digit that is among the labels; misread ones are crosses.

    The `customdata` of a point is the index of its image, its `text` says its label and its answer.
    """
    figure = go.Figure()
    for digit in np.unique(labels):
        of_digit = np.flatnonzero(labels == digit)
        # Those read rightly first: the legend shows the symbol of the first point.
        of_digit = of_digit[np.argsort(answers[of_digit] != digit, kind="stable")]
        wrong = answers[of_digit] != digit
        figure.add_scatter(
            x=points[of_digit, 0],
            y=points[of_digit, 1],
            customdata=of_digit,
            text=[f"{digit}, read as {answer}" if answer != digit else f"{digit}" for answer in answers[of_digit]],
            name=str(digit),
            mode="markers",
            marker={
                "color": DIGITS[digit],
                "symbol": np.where(wrong, "x", "circle").tolist(),
                "size": np.where(wrong, 9, 7).tolist(),
                "opacity": 0.85,
                "line": {"width": np.where(wrong, 1.0, 0.5).tolist()},
            },
            hoverinfo="none",
        )
    with_layout(figure, 520, x=axes[0], y=axes[1])
    bare = {"showticklabels": False, "showgrid": False, "zeroline": False}
    figure.update_xaxes(**bare)
    # One scale for both, so that distances on the screen are those of the projection.
    figure.update_yaxes(scaleanchor="x", **bare)
    return figure.update_layout(
        margin={"l": 32, "r": 8, "t": 32, "b": 32}, hovermode="closest", legend={"itemsizing": "constant"}
    )
