"""Drawings, given as strokes or as image files, turned into 28x28 digits as MNIST's makers produced them."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.digit_segmentation import split_row
from mnist_core.drawing.image_file import MAX_BYTES, MAX_PIXELS
from mnist_core.drawing.normalisation import normalise, normalise_step_by_step
from mnist_core.drawing.pen import draw, paint
from mnist_core.drawing.photo import decode_image, read_image
from mnist_core.drawing.rejection import UnreadableReason, unreadable_reason
from mnist_core.drawing.strokes import Drawing, Strokes, read_strokes
from mnist_core.drawing.thinning import thin_strokes

__all__ = ["MAX_BYTES", "MAX_PIXELS", "Drawing", "DrawnDigit", "Strokes", "decode_image", "draw", "normalise"]
__all__ += [
    "normalise_step_by_step",
    "paint",
    "read_drawings",
    "read_image",
    "read_strokes",
    "split_row",
    "thin_strokes",
]


class DrawnDigit(NamedTuple):
    """A drawing that was read from a file.

    `ink` is (height, width), for `normalise`; `label` is None where it is not known; `unreadable` says why it cannot
    be a single digit.
    """

    ink: NDArray[np.number]
    label: int | None
    unreadable: UnreadableReason | None


def read_drawings(path: Path) -> Iterator[DrawnDigit]:
    """Read the drawings in a strokes file (.json), or in an image file of one digit or a row of digits, from the left.

    An image without a digit is one blank drawing. Raises `DigitLabError` where the file cannot be read.
    """
    if path.suffix.lower() == ".json":
        for drawing in read_strokes(path):
            ink = draw(drawing.strokes)
            yield DrawnDigit(ink, drawing.label, unreadable_reason(ink))
        return
    picture = read_image(path)
    digits = split_row(picture)
    # What was cut out of a picture is neither too small nor several digits, wherever it was.
    for digit in digits:
        yield DrawnDigit(thin_strokes(digit), None, None)
    if not digits:
        yield DrawnDigit(picture, None, "blank")
