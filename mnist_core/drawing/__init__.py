"""Drawings, given as strokes or as image files, turned into 28x28 digits as MNIST's makers produced them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.digit_segmentation import split_row
from mnist_core.drawing.image_file import MAX_BYTES, MAX_PIXELS
from mnist_core.drawing.normalisation import normalise, normalise_step_by_step
from mnist_core.drawing.pen import draw, paint
from mnist_core.drawing.photo import decode_image, read_image
from mnist_core.drawing.strokes import Drawing, Strokes, read_strokes
from mnist_core.drawing.thinning import thin_strokes

__all__ = ["MAX_BYTES", "MAX_PIXELS", "Drawing", "Strokes", "decode_image", "draw", "normalise"]
__all__ += [
    "normalise_step_by_step",
    "paint",
    "read_drawings",
    "read_image",
    "read_strokes",
    "split_row",
    "thin_strokes",
]


def read_drawings(path: Path) -> Iterator[tuple[int | None, NDArray[np.number]]]:
    """Read the drawings in a strokes file (.json), or in an image file of one digit or a row of digits.

    Yields each drawing's label (None where it is not known) and its ink, (height, width), for `normalise`.
    Raises `DigitLabError` where the file cannot be read.
    """
    if path.suffix.lower() == ".json":
        for drawing in read_strokes(path):
            yield drawing.label, draw(drawing.strokes)
    else:
        ink = read_image(path)
        for digit in split_row(ink) or [ink]:
            yield None, thin_strokes(digit)
