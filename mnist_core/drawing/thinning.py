"""Ink of a broad pen made as thin as MNIST's: what is drawn small with a broad pen has its loops back."""

import numpy as np
from numpy.typing import NDArray

_TYPICAL = 2.57 / 20
"""Median stroke width of MNIST's 60,000 training images, as a share of the digit's longer side."""


def thin_strokes(ink: NDArray[np.number]) -> NDArray[np.floating]:
    """Take as much off the edges of (height, width) ink as makes its strokes as wide as is usual for their size.

    Returns ink 0 to 1 where something is taken off, and the ink as it is where its strokes are not too wide.
    """
    from scipy.ndimage import distance_transform_edt

    levels = ink.astype(np.float64)
    rows, columns = np.flatnonzero(levels.any(axis=1)), np.flatnonzero(levels.any(axis=0))
    if len(rows) == 0:
        return levels
    levels = np.pad(levels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / levels.max(), 1)
    side = max(levels.shape) - 2
    # As in `likeness`: twice the ink by the length of its outline.
    width = 2 * levels.sum() / np.hypot(*np.gradient(levels)).sum()
    # With r off each edge, width - 2 r is to be the usual share of side - 2 r.
    edge = (width - _TYPICAL * side) / (2 * (1 - _TYPICAL))
    if edge < 0.5:
        return ink.astype(np.float64)
    depth = distance_transform_edt(levels > 0.5)
    # Beside a spot that is far brighter, strokes do not count as ink here; they are kept.
    if edge > depth.max() - 1:
        return ink.astype(np.float64)
    return np.asarray((depth - edge + 0.5).clip(0, 1))
