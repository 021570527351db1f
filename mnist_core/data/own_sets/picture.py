"""Pictures of one's own brought to 28x28: scaled down as they are, or, where they are digits, as drawings are."""

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError, drawing
from mnist_core.data.own_sets.contents import RefusedError
from mnist_core.drawing import image_file
from mnist_core.drawing.plain_image import SIDE, border, to_grey

DARK = 0.1
"""The border of a picture of MNIST's form is darker than this, on average, from 0 to 1."""


def grey_picture(content: bytes) -> NDArray[np.uint8]:
    """The brightness of a picture in an image file, (height, width), 0 to 255.

    Raises `RefusedError` where it is no picture that can be read.
    """
    return to_grey(_decode(content))


def digit_picture(content: bytes) -> NDArray[np.uint8]:
    """The one digit in a picture, (28, 28), as the Draw page reads it; one that has MNIST's form stays as it is.

    That is a picture of 28x28 pixels, light on dark. Raises `RefusedError` as `grey_picture` does, also where there is
    not one digit.
    """
    picture = _decode(content)
    if picture.shape[:2] == (SIDE, SIDE):
        grey = to_grey(picture)
        if border(grey).mean() < DARK * 255 <= grey.max():
            return grey
    digits = drawing.find_digits(picture).digits
    if len(digits) > 1:
        raise RefusedError(f"shows {len(digits)} digits")
    image = drawing.normalise(drawing.thin_strokes(digits[0])) if digits else None
    if image is None:
        raise RefusedError("shows no digit")
    return image


def _decode(content: bytes) -> NDArray[np.float32]:
    try:
        return image_file.decode(content, "it")
    except DigitLabError as error:
        # The file is named beside the reason, and what can be done is said of all that are not taken.
        raise RefusedError(str(error).partition(";")[0].removeprefix("it ")) from None
