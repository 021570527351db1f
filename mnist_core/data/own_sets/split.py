"""The fixed rule by which images without a test part are split."""

import hashlib

import numpy as np
from numpy.typing import NDArray

TEST_SHARE = 7
"""About one in so many images of each class is for test, as in MNIST."""
SENTENCE = (
    "It has no test images of its own, so of each class about a seventh is set apart for test, and at least one where "
    "two differ: which ones follows from the images themselves, so it is always the same, and copies of an image stay "
    "together."
)


def fingerprint(image: NDArray[np.uint8]) -> int:
    """A number of 64 bits that follows from the pixels."""
    return int.from_bytes(hashlib.blake2b(image.tobytes(), digest_size=8).digest())


def for_test(labels: NDArray[np.uint8], fingerprints: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which images are for test: of the different images of each class, about a seventh, with the lowest fingerprints.

    A class with two different images or more has one in each part at least; with one, it has none for test.
    """
    chosen = []
    for label in np.unique(labels):
        different = np.unique(fingerprints[labels == label])
        if len(different) > 1:
            chosen.append(different[: max(round(len(different) / TEST_SHARE), 1)])
    return np.isin(fingerprints, np.concatenate(chosen)) if chosen else np.zeros(len(labels), bool)
