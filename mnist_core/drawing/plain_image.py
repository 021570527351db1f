"""Pictures scaled down to 28x28 as they are, for networks that read other things than digits."""

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 28
_BRIGHTNESS = np.array([0.299, 0.587, 0.114], np.float32)


def scale_down(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A picture, (height, width, 3) RGB from 0 to 1, as a grey image (28, 28), 0 to 255, on a dark ground.

    On a light ground it is inverted, as Fashion-MNIST is: Xiao, Rasul and Vollgraf (2017).
    """
    grey = to_grey(picture)
    return fit(255 - grey if border_level(grey) > 255 / 2 else grey)


def to_grey(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The brightness of a picture, (height, width, 3) RGB from 0 to 1, as (height, width), 0 to 255."""
    return np.asarray(np.rint(picture @ _BRIGHTNESS * 255).clip(0, 255), np.uint8)


def fit(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Resample a grey image, (height, width), to (28, 28); what its shape leaves free gets the level of its border."""
    height, width = grey.shape
    if (height, width) == (SIDE, SIDE):
        return grey
    longer = max(height, width)
    size = max(round(SIDE * width / longer), 1), max(round(SIDE * height / longer), 1)
    resampled = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if longer > SIDE else cv2.INTER_LINEAR)
    fitted = np.full((SIDE, SIDE), round(border_level(grey)), np.uint8)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    fitted[top : top + size[1], left : left + size[0]] = resampled
    return fitted


def border_level(grey: NDArray[np.uint8]) -> float:
    """The median of the pixels at the border of a grey image, (height, width)."""
    return float(np.median(border(grey)))


def border(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The pixels at the border of a grey image, (height, width), in a row."""
    return np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
