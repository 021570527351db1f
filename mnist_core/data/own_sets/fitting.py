"""Images of any size brought to 28x28: by area resampling, or, where they are digits, by the steps of a drawing."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError, drawing
from mnist_core.data.own_sets.contents import RefusedError
from mnist_core.drawing import image_file

SIDE = 28
DARK = 0.1
"""The border of a picture of MNIST's form is darker than this, on average, from 0 to 1."""
_BRIGHTNESS = np.array([0.299, 0.587, 0.114], np.float32)


def fit(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Resample a grey image, (height, width), to (28, 28); what its shape leaves free gets the level of its border."""
    height, width = image.shape
    if (height, width) == (SIDE, SIDE):
        return image
    longer = max(height, width)
    size = max(round(SIDE * width / longer), 1), max(round(SIDE * height / longer), 1)
    resampled = cv2.resize(image, size, interpolation=cv2.INTER_AREA if longer > SIDE else cv2.INTER_LINEAR)
    fitted = np.full((SIDE, SIDE), round(border_level(image)), np.uint8)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    fitted[top : top + size[1], left : left + size[0]] = resampled
    return fitted


def border_level(image: NDArray[np.uint8]) -> float:
    """The median of the pixels at the border of an image, (height, width)."""
    return float(np.median(_border(image)))


def grey_picture(content: bytes) -> NDArray[np.uint8]:
    """The brightness of a picture in an image file, (height, width), 0 to 255.

    Raises `RefusedError` where it is no picture that can be read.
    """
    return _levels(_decode(content))


def digit_picture(content: bytes) -> NDArray[np.uint8]:
    """The one digit in a picture, (28, 28), as the Draw page reads it; one that has MNIST's form stays as it is.

    That is a picture of 28x28 pixels, light on dark. Raises `RefusedError` as `grey_picture` does, also where there is
    not one digit.
    """
    picture = _decode(content)
    if picture.shape[:2] == (SIDE, SIDE):
        grey = _levels(picture)
        if _border(grey).mean() < DARK * 255 <= grey.max():
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


def _levels(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.asarray(np.rint(picture @ _BRIGHTNESS * 255).clip(0, 255), np.uint8)


def _border(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
