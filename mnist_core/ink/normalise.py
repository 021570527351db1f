"""MNIST's normalisation, after its best public reconstruction (facebookresearch/qmnist, `making_qmnist/xnist.lsh`).

The ink's box is made square on its longer side, area-resampled to 20x20 pixels, scaled so that the brightest pixel is
255, and placed in 28x28 pixels so that the centre of mass lands on pixel 14 by a whole-pixel shift.
"""

import numpy as np
from numpy.typing import NDArray

_DIGIT, _SIDE = 20, 28


def normalise(ink: NDArray[np.number]) -> NDArray[np.uint8] | None:
    """Normalise one drawing as MNIST's makers did.

    `ink` is (height, width), any size and any unit, 0 where there is no ink and larger where there is more.
    Returns (28, 28) uint8, or None where there is no ink at all.
    """
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows) == 0:
        return None
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float64)
    return _centre(_resample(_square(box)))


def _square(box: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pad the shorter side equally on both ends; an odd pixel goes to the far end."""
    side = max(box.shape)
    padding = [((side - length) // 2, side - length - (side - length) // 2) for length in box.shape]
    return np.pad(box, padding)


def _resample(box: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Average by area to 20x20 and stretch to 0..255."""
    side = len(box)
    cuts = np.arange(_DIGIT + 1) * side / _DIGIT
    pixels = np.arange(side)
    # weights[i, j]: how much of source pixel j lies in target pixel i.
    overlap = np.minimum(cuts[1:, None], pixels + 1) - np.maximum(cuts[:-1, None], pixels)
    weights = overlap.clip(min=0)
    digit = weights @ box @ weights.T
    return np.asarray(np.floor(digit * (255 / digit.max()) + 0.5), np.uint8)


def _centre(digit: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Place 20x20 in 28x28 by whole pixels, the centre of mass on pixel 14; what leaves the frame is cut off."""
    mass = digit.sum(dtype=np.int64)
    positions = np.arange(_DIGIT) + 0.5
    margin = _DIGIT // 2
    frame = np.zeros((_SIDE + 2 * margin, _SIDE + 2 * margin), np.uint8)
    top, left = (
        min(max(margin + int(15 - float(digit.sum(axis=axis) @ positions) / mass), 0), _SIDE) for axis in (1, 0)
    )
    frame[top : top + _DIGIT, left : left + _DIGIT] = digit
    return frame[margin:-margin, margin:-margin]
