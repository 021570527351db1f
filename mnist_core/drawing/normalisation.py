"""MNIST's normalisation, after its best public reconstruction (facebookresearch/qmnist, `making_qmnist/xnist.lsh`).

The ink's box is made square on its longer side, area-resampled to 20x20 pixels, scaled so that the brightest pixel is
255, and placed in 28x28 pixels so that the centre of mass lands on pixel 14 by a whole-pixel shift.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DIGIT, _SIDE = 20, 28


@dataclass(frozen=True)
class NormalisationSteps:
    """Which steps of the normalisation are applied; leaving some out shows what they contribute."""

    box: bool = True
    """Crop to the ink's bounding box; otherwise the whole canvas is used."""
    margin: bool = True
    """Resample to 20x20, which leaves a margin of 4 pixels; otherwise to 28x28 without a margin."""
    centre: bool = True
    """Move the centre of mass to pixel 14; otherwise the middle of the box is put there."""


ALL_STEPS = NormalisationSteps()


@dataclass(frozen=True)
class NormalisedDrawing:
    """The result of a normalisation, with its intermediate steps."""

    box: tuple[int, int, int, int]
    """Top, left, bottom and right of the part of the canvas that was resampled; bottom and right are exclusive."""
    digit: NDArray[np.uint8]
    """That part, padded to a square and resampled to 20x20 (28x28 without a margin)."""
    image: NDArray[np.uint8]
    """(28, 28), the input of every classifier."""

    @property
    def centre(self) -> tuple[float, float]:
        """Row and column of the image's centre of mass, as `centre_of_mass` gives them."""
        return centre_of_mass(self.image)


def normalise(ink: NDArray[np.number]) -> NDArray[np.uint8] | None:
    """Normalise one drawing as MNIST's makers did.

    `ink` is (height, width), any size and any unit, 0 where there is no ink and larger where there is more.
    Returns (28, 28) uint8, or None where there is no ink at all.
    """
    normalised = normalise_step_by_step(ink)
    return None if normalised is None else normalised.image


def normalise_step_by_step(ink: NDArray[np.number], steps: NormalisationSteps = ALL_STEPS) -> NormalisedDrawing | None:
    """Like `normalise`, with the intermediate steps in the result, and with only some `steps` applied."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows) == 0:
        return None
    top, left, bottom, right = (rows[0], columns[0], rows[-1] + 1, columns[-1] + 1) if steps.box else (0, 0, *ink.shape)
    part = ink[top:bottom, left:right].astype(np.float64)
    digit = _resample(_square(part), _DIGIT if steps.margin else _SIDE)
    return NormalisedDrawing((int(top), int(left), int(bottom), int(right)), digit, _place(digit, steps.centre))


def centre_of_mass(image: NDArray[np.number]) -> tuple[float, float]:
    """Row and column of the centre of mass of an image that is not all 0; the centre of the first pixel is (0, 0)."""
    mass = image.sum(dtype=np.float64)
    row, column = (float(image.sum(axis=axis) @ np.arange(image.shape[1 - axis]) / mass) for axis in (1, 0))
    return row, column


def _square(box: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pad the shorter side equally at both ends; an odd pixel goes to the end."""
    missing = [max(box.shape) - length for length in box.shape]
    return np.pad(box, [(pixels // 2, pixels - pixels // 2) for pixels in missing])


def _resample(box: NDArray[np.float64], pixels: int) -> NDArray[np.uint8]:
    """Resample a square by area to `pixels` a side and scale it to 0..255."""
    side = len(box)
    cuts, source = np.arange(pixels + 1) * side / pixels, np.arange(side)
    # weights[i, j]: how much of source pixel j lies in target pixel i.
    weights = (np.minimum(cuts[1:, None], source + 1) - np.maximum(cuts[:-1, None], source)).clip(min=0)
    digit = weights @ box @ weights.T
    return np.asarray(np.floor(digit * (255 / digit.max()) + 0.5), np.uint8)


def _place(digit: NDArray[np.uint8], by_mass: bool) -> NDArray[np.uint8]:
    """Place a square in 28x28 by whole pixels; what lies outside the frame is cut off."""
    side = len(digit)
    offsets = [int(14.5 - place) for place in centre_of_mass(digit)] if by_mass else 2 * [(_SIDE - side) // 2]
    top, left = (_SIDE + offset for offset in offsets)
    frame = np.zeros((3 * _SIDE, 3 * _SIDE), np.uint8)
    frame[top : top + side, left : left + side] = digit
    return frame[_SIDE:-_SIDE, _SIDE:-_SIDE]
