"""Drawings, given as strokes or as image files, turned into 28x28 digits as MNIST's makers produced them."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing import image_file
from mnist_core.drawing.normalisation import normalise, normalise_step_by_step
from mnist_core.drawing.pen import draw, paint
from mnist_core.drawing.photo import find_digits
from mnist_core.drawing.rejection import UnreadableReason, unreadable_strokes
from mnist_core.drawing.strokes import Drawing, Strokes, read_strokes
from mnist_core.drawing.thinning import thin_strokes
from mnist_core.drawing.touching_digits import Confidence

__all__ = ["Drawing", "DrawnDigit", "Strokes", "draw", "find_digits", "normalise", "normalise_step_by_step", "paint"]
__all__ += ["read_drawings", "read_strokes", "thin_strokes"]


class DrawnDigit(NamedTuple):
    """A drawing that was read from a file.

    `ink` is (height, width), for `normalise`; `label` is None where it is not known; `unreadable` says why it cannot
    be a single digit.
    """

    ink: NDArray[np.number]
    label: int | None
    unreadable: UnreadableReason | None


def read_drawings(path: Path, confidence: Confidence | None = None) -> Iterator[DrawnDigit]:
    """Read the drawings in a strokes file (.json), or in an image file of one digit or rows of digits.

    An image without a digit is one blank drawing. Digits of an image that touch are cut where a model's `confidence`
    says. Raises `DigitLabError` where the file cannot be read.
    """
    if path.suffix.lower() == ".json":
        for drawing in read_strokes(path):
            yield DrawnDigit(draw(drawing.strokes), drawing.label, unreadable_strokes(drawing.strokes))
        return
    photo = find_digits(image_file.read(path), confidence=confidence)
    # What was cut out of a picture is neither too small nor several digits, wherever it was.
    for digit in photo.digits:
        yield DrawnDigit(thin_strokes(digit), None, None)
    if not photo.digits:
        yield DrawnDigit(photo.written, None, "blank")
