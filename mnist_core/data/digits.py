"""Digits: images with their labels."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError


@dataclass(frozen=True)
class Digits:
    """`images` (n, 28, 28) uint8, white ink 255 on black 0; `labels` (n,) uint8, 0 to 9."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def checksum(self) -> str:
        """MD5 sum over all images and labels."""
        return hashlib.md5(self.images.tobytes() + self.labels.tobytes()).hexdigest()

    def take(self, indices: NDArray[np.integer]) -> "Digits":
        return Digits(self.images[indices], self.labels[indices])

    def joined(self, *others: "Digits") -> "Digits":
        """These and then the others."""
        parts = (self, *others)
        return Digits(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("images", "labels")))

    def count_of_each(self) -> int:
        """How many images of each digit there are at least."""
        return int(np.bincount(self.labels, minlength=10).min())

    def first(self, per_digit: int | None) -> "Digits":
        """The first `per_digit` images of each digit, in their order; all images where it is None."""
        return self if per_digit is None else self.take(self.first_of_each(per_digit))

    def first_of_each(self, count: int) -> NDArray[np.int64]:
        """Indices of the first `count` images of each digit, ascending."""
        most = self.count_of_each()
        if not 1 <= count <= most:
            raise DigitLabError(f"The number of images a digit is {count:,}; choose one from 1 to {most:,}.")
        return np.sort(np.concatenate([np.flatnonzero(self.labels == digit)[:count] for digit in range(10)]))
