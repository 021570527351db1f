"""Drawings and photographs in image files, read as ink."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.drawing import image_file
from mnist_core.drawing.foreground import MAX_SIDE, find_ink


def read_image(path: Path) -> NDArray[np.float64]:
    """Read an image file as `decode_image` does; `DigitLabError` also where it is missing."""
    return find_ink(_grey(image_file.read(path)))


def decode_image(content: bytes, name: str) -> NDArray[np.float64]:
    """Read the content of an image file as ink for `normalise` and `split_row`.

    Returns (height, width) float64 from 0 (background) to 1 (ink), at most 1,000 pixels on a side; all 0 where
    there is no ink. Raises `DigitLabError` as `image_file.decode` does.
    """
    return find_ink(_grey(image_file.decode(content, name)))


def _grey(picture: NDArray[np.float32]) -> NDArray[np.float64]:
    image = Image.fromarray(picture @ np.array([0.299, 0.587, 0.114], np.float32))
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BILINEAR)
    return np.asarray(image, np.float64)
