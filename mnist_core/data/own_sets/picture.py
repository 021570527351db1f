"""Pictures of one's own brought to 28x28: scaled down as they are, or, where they are digits, as drawings are."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError, drawing
from mnist_core.data.own_sets.contents import RefusedError
from mnist_core.drawing import image_file
from mnist_core.drawing.plain_image import SIDE, border, to_grey

DARK = 0.1
"""The border of a picture of MNIST's form is darker than this, on average, from 0 to 1."""
EVEN = 8
"""On an even ground, half of the border differs by at most so much from its median, from 0 to 255."""


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
    return _found_digit(picture)


def digit_image(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The one digit in an image of an array, (height, width), 0 to 255, brought to (28, 28) as a drawing is.

    All that differs from an even ground is ink, as on the drawing pad, so that images too small to be searched for
    digits are read, and many of them fast. On any other ground, the digit is found as in a picture. Raises
    `RefusedError` where there is not one digit.
    """
    height, width = grey.shape
    if (longer := max(height, width)) > image_file.MAX_SIDE:
        size = [max(round(side * image_file.MAX_SIDE / longer), 1) for side in (width, height)]
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    ink = _ink_on_even_ground(grey)
    return _found_digit(np.repeat(grey[:, :, None] / np.float32(255), 3, axis=2)) if ink is None else _normalised(ink)


def _ink_on_even_ground(grey: NDArray[np.uint8]) -> NDArray[np.int16] | None:
    """How far each pixel is from the ground; None where the ground is not even, or is neither darkest nor lightest."""
    edge = border(grey)
    ground = int(np.median(edge))
    even = np.count_nonzero(abs(edge.astype(np.int16) - ground) <= EVEN) >= len(edge) / 2
    if not even or (grey.min() < ground - EVEN and grey.max() > ground + EVEN):
        return None
    distance = abs(grey.astype(np.int16) - ground)
    distance[distance <= EVEN] = 0
    return distance


def _found_digit(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    digits = drawing.find_digits(picture).digits
    if len(digits) > 1:
        raise RefusedError(f"shows {len(digits)} digits")
    if not digits:
        raise RefusedError("shows no digit")
    return _normalised(digits[0])


def _normalised(ink: NDArray[np.number]) -> NDArray[np.uint8]:
    image = drawing.normalise(drawing.thin_strokes(ink))
    if image is None:
        raise RefusedError("shows no digit")
    return image


def _decode(content: bytes) -> NDArray[np.float32]:
    try:
        return image_file.decode(content, "it")
    except DigitLabError as error:
        # The file is named beside the reason, and what can be done is said of all that are not taken.
        raise RefusedError(str(error).partition(";")[0].removeprefix("it ")) from None
