"""Images of digits with their labels, and numbers about all of them."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError

MEAN, STD = 0.1307, 0.3081
"""Mean and standard deviation of the pixels of MNIST's 60,000 training images, on the scale 0 to 1."""


@dataclass(frozen=True)
class Digits:
    """`images` (n, 28, 28) uint8, 0 for the black background to 255 for white ink; `labels` (n,) uint8, 0 to 9."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def checksum(self) -> str:
        """MD5 sum over all images and labels."""
        return hashlib.md5(self.images.tobytes() + self.labels.tobytes()).hexdigest()

    def take(self, indices: NDArray[np.integer]) -> "Digits":
        """The images and labels at those indices, in their order."""
        return Digits(self.images[indices], self.labels[indices])

    def joined(self, *others: "Digits") -> "Digits":
        """These digits followed by the others."""
        parts = (self, *others)
        return Digits(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("images", "labels")))

    def smallest_class(self) -> int:
        """The number of images of the class that has fewest, among those that have any."""
        counts = np.bincount(self.labels)
        return int(counts[counts > 0].min(initial=len(self)))

    def first(self, per_digit: int | None) -> "Digits":
        """The first `per_digit` images of each digit, in their order; all images where it is None."""
        return self if per_digit is None else self.take(self.first_indices(per_digit))

    def first_indices(self, per_digit: int) -> NDArray[np.int64]:
        """Indices of the first `per_digit` images of each digit, ascending.

        Raises `DigitLabError` where a digit has fewer.
        """
        most = self.smallest_class()
        if not 1 <= per_digit <= most:
            raise DigitLabError(f"The number of images a digit is {per_digit:,}; choose one from 1 to {most:,}.")
        return np.sort(
            np.concatenate([np.flatnonzero(self.labels == digit)[:per_digit] for digit in np.unique(self.labels)])
        )


def normalisation_constants(images: NDArray[np.uint8]) -> tuple[float, float]:
    """Mean and standard deviation of all pixels of (n, 28, 28) uint8 images, on the scale 0 to 1."""
    counts = np.bincount(images.reshape(-1), minlength=256)
    levels = np.arange(256) / 255
    mean = float(counts @ levels / counts.sum())
    return mean, float(np.sqrt(counts @ (levels - mean) ** 2 / counts.sum()))


def mean_images(digits: Digits) -> NDArray[np.uint8]:
    """The pixel-wise mean image of each class that has images, in their order, (classes, 28, 28) uint8."""
    means = [digits.images[digits.labels == label].mean(axis=0) for label in np.unique(digits.labels)]
    return np.stack(means).round().astype(np.uint8)
