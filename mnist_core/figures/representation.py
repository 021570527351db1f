"""Figures of what a classifier has learned: images projected to points, weights as colours."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.figures.theme import CLASS_COLOURS, DIGITS, escaped, with_layout

# Equally light, from the palette of Okabe and Ito (2008) that is safe for the colour-blind.
ABOVE, BELOW = (240, 170, 30), (86, 180, 233)


def signed_colours(values: NDArray[np.floating], largest: float) -> NDArray[np.uint8]:
    """RGB colours (..., 3) of values (...): black for 0, orange above and blue below, saturated from `largest` on."""
    strength = np.clip(np.abs(values) / max(largest, np.finfo(float).tiny), 0, 1)[..., None]
    return np.asarray(np.round(strength * np.where(values[..., None] > 0, ABOVE, BELOW)), np.uint8)


def projection_scatter(
    points: NDArray[np.floating],
    labels: NDArray[np.integer],
    predicted: NDArray[np.integer],
    axes: tuple[str, str],
    names: Sequence[str] = DIGITS,
) -> go.Figure:
    """Images as points (n, 2), one trace per class among the labels; misread ones are crosses.

    A point's `customdata` is the index of its image, its `text` the name of its class and, if misread, of the predicted
    one.
    """
    figure = go.Figure()
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        # Correct ones first: the legend shows the symbol of the first point.
        of_class = of_class[np.argsort(predicted[of_class] != label, kind="stable")]
        answers, name = predicted[of_class], names[label]
        wrong = answers != label
        figure.add_scatter(
            x=points[of_class, 0],
            y=points[of_class, 1],
            customdata=of_class,
            text=[name if answer == label else f"{name}, read as {names[answer]}" for answer in answers],
            name=escaped(name),
            mode="markers",
            marker={
                "color": CLASS_COLOURS[label],
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
