"""Numbers about images: the constants that pixels are normalised by, and the mean image of each digit."""

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.labelled_digits import Digits

MEAN, STD = 0.1307, 0.3081
"""Mean and standard deviation of the 60,000 training images' pixels, on the scale 0 to 1."""


def normalisation_constants(images: NDArray[np.uint8]) -> tuple[float, float]:
    """Mean and standard deviation of all pixels of (n, 28, 28) uint8 images, on the scale 0 to 1."""
    counts = np.bincount(images.reshape(-1), minlength=256)
    levels = np.arange(256) / 255
    mean = float(counts @ levels / counts.sum())
    return mean, float(np.sqrt(counts @ (levels - mean) ** 2 / counts.sum()))


def mean_images(digits: Digits) -> NDArray[np.uint8]:
    """The pixel-wise mean image of each digit, (10, 28, 28) uint8."""
    means = [digits.images[digits.labels == digit].mean(axis=0) for digit in range(10)]
    return np.stack(means).round().astype(np.uint8)
