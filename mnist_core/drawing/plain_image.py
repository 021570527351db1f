"""A picture scaled down to 28x28 as it is, for networks that read other things than digits."""

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 28
_BRIGHTNESS = np.array([0.299, 0.587, 0.114], np.float32)


def scale_down(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A picture, (height, width, 3) RGB from 0 to 1, as a grey image (28, 28), 0 to 255, on a dark ground.

    It is resampled by area, its longer side to 28 pixels; what its shape leaves free gets the level of its border. On a
    light ground it is inverted, as the makers of Fashion-MNIST did: Xiao, Rasul and Vollgraf, Fashion-MNIST (2017).
    """
    grey = picture @ _BRIGHTNESS
    border = float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))
    if border > 0.5:
        grey, border = 1 - grey, 1 - border
    height, width = grey.shape
    longer = max(height, width)
    size = max(round(SIDE * width / longer), 1), max(round(SIDE * height / longer), 1)
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if longer > SIDE else cv2.INTER_LINEAR)
    image = np.full((SIDE, SIDE), border, np.float32)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    image[top : top + size[1], left : left + size[0]] = small
    return np.asarray(np.rint(255 * image.clip(0, 1)), np.uint8)
