"""Figures of what a classifier has learned: images projected to points, weights as colours."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.figures.theme import DIGIT_COLOURS, with_layout

# Equally light, from the palette of Okabe and Ito (2008) that is safe for the colour-blind.
ABOVE, BELOW = (240, 170, 30), (86, 180, 233)


def signed_colours(values: NDArray[np.floating], largest: float) -> NDArray[np.uint8]:
    """RGB colours (..., 3) of values (...): black for 0, orange above and blue below, saturated from `largest` on."""
    strength = np.clip(np.abs(values) / max(largest, np.finfo(float).tiny), 0, 1)[..., None]
    return np.asarray(np.round(strength * np.where(values[..., None] > 0, ABOVE, BELOW)), np.uint8)


def projection_scatter(
    points: NDArray[np.floating], labels: NDArray[np.integer], predicted: NDArray[np.integer], axes: tuple[str, str]
) -> go.Figure:
    """Images as points (n, 2), one trace per digit among the labels; misread ones are crosses.

    A point's `customdata` is the index of its image, its `text` the label and, if misread, the predicted digit.
    """
    figure = go.Figure()
    for digit in np.unique(labels):
        of_digit = np.flatnonzero(labels == digit)
        # Correct ones first: the legend shows the symbol of the first point.
        of_digit = of_digit[np.argsort(predicted[of_digit] != digit, kind="stable")]
        wrong = predicted[of_digit] != digit
        figure.add_scatter(
            x=points[of_digit, 0],
            y=points[of_digit, 1],
            customdata=of_digit,
            text=[f"{digit}, read as {other}" if other != digit else f"{digit}" for other in predicted[of_digit]],
            name=str(digit),
            mode="markers",
            marker={
                "color": DIGIT_COLOURS[digit],
                "symbol": np.where(wrong, "x", "circle").tolist(),
                "size": np.where(wrong, 9, 7).tolist(),
                "opacity": 0.85,
                "line": {"width": np.where(wrong, 1.0, 0.5).tolist()},
            },
            hoverinfo="none",
        )
    figure.update_xaxes(showticklabels=False, showgrid=False, zeroline=False)
    # Equal scales, so that distances on the screen are those of the projection.
    figure.update_yaxes(showticklabels=False, showgrid=False, zeroline=False, scaleanchor="x")
    figure.update_layout(hovermode="closest", legend_itemsizing="constant")
    return with_layout(figure, 520, *axes, margin={"l": 32, "r": 8, "t": 32, "b": 32})
