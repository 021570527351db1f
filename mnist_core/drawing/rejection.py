"""Drawings that cannot be a single digit."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.digit_segmentation import split_digits

_TINY = 0.1  # largest extent of ink that is called tiny, as a share of the canvas' longer side

UnreadableReason = Literal["blank", "tiny", "several"]


def unreadable_reason(ink: NDArray[np.number], pen: float = 0) -> UnreadableReason | None:
    """Why the ink of a canvas, (height, width), cannot be a single digit; None where it can.

    `pen` is the width of the pen in pixels, where it is known, so that a dot of a broad pen is tiny too.
    """
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows) == 0:
        return "blank"
    if max(np.ptp(rows), np.ptp(columns)) < _TINY * max(ink.shape) + pen:
        return "tiny"
    return "several" if len(split_digits(ink)) > 1 else None
