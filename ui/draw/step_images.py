"""What the pictures of the steps from a drawing, or a photo, to a digit have in common."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 104
"""Width of a picture on the page in pixels."""
ORANGE = (230, 159, 0)
"""What is marked on it."""


def levels(image: NDArray[np.number]) -> NDArray[np.uint8]:
    """An image from 0 to 1 in grey levels, or levels of colour, from 0 to 255."""
    return (255 * image.clip(0, 1) + 0.5).astype(np.uint8)


def in_square(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scaled to fit a square of one size; pixels stay crisp."""
    height, width = image.shape[:2]
    scale = 2 * SIDE / max(height, width)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    scaled = Image.fromarray(image).resize(size, Image.Resampling.NEAREST if scale > 1 else Image.Resampling.BOX)
    square = Image.new(scaled.mode, (2 * SIDE, 2 * SIDE))
    square.paste(scaled, ((2 * SIDE - size[0]) // 2, (2 * SIDE - size[1]) // 2))
    return np.asarray(square)
