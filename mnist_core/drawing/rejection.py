"""Drawings that cannot be a single digit."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.digit_segmentation import split_digits
from mnist_core.drawing.pen import draw
from mnist_core.drawing.strokes import Strokes

_TINY = 0.1  # what extends over a smaller share of the canvas' longer side is called tiny

UnreadableReason = Literal["blank", "tiny", "several"]


def unreadable_strokes(strokes: Strokes, canvas: float = 0) -> UnreadableReason | None:
    """Why strokes cannot be a single digit, however broad the pen was that drew them; None where they can.

    `canvas` is the side of their canvas in their unit, where it is known: without it only a dot is tiny.
    """
    extents = [
        max(places) - min(places) for places in zip(*(point for stroke in strokes for point in stroke), strict=True)
    ]
    if max(extents) < _TINY * canvas:
        return "tiny"
    # As the models see it.
    return unreadable_reason(draw(strokes))


def unreadable_reason(ink: NDArray[np.number]) -> UnreadableReason | None:
    """Why the ink of a canvas, (height, width), cannot be a single digit; None where it can."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows) == 0:
        return "blank"
    if max(np.ptp(rows), np.ptp(columns)) < _TINY * max(ink.shape):
        return "tiny"
    return "several" if len(split_digits(ink)) > 1 else None
