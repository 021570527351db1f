"""Images held out: for test where a set has none for it, and of the training images for validation."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data.data_set import Identity
from mnist_core.data.labelled_digits import Digits

TEST_SHARE = 7
"""About one in so many images of each class is for test, as in MNIST."""
TEST_SENTENCE = (
    "It has no test images of its own, so of each class about a seventh is set apart for test, and at least one where "
    "two differ: which ones follows from the images themselves, so it is always the same, and copies of an image stay "
    "together."
)


def hold_out(digits: Digits, validation_share: float, train_size: int | None, seed: int) -> tuple[Digits, Digits]:
    """Split training images at random into those to train on and those to validate on, as `split_indices` does."""
    used, held_out = split_indices(len(digits), validation_share, train_size, seed)
    return digits.take(used), digits.take(held_out)


def split_indices(
    count: int, validation_share: float, train_size: int | None, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ascending indices, among `count` training images, of those to train on and of those to validate on.

    `validation_share` (0 to below 1) of all images is held out; of the rest, `train_size` are used (None: all).
    The same seed gives the same split. Raises `DigitLabError` where fewer than `train_size` images are left.
    """
    used, held_out = split_sizes(count, validation_share, train_size)
    order = np.random.default_rng(seed).permutation(count)
    return np.sort(order[held_out : held_out + used]), np.sort(order[:held_out])


def split_sizes(count: int, validation_share: float, train_size: int | None) -> tuple[int, int]:
    """How many of `count` training images `hold_out` gives to train on, and how many to validate on.

    Raises `DigitLabError` where fewer than `train_size` images are left.
    """
    held_out = round(count * validation_share)
    left = count - held_out
    if train_size is not None and train_size > left:
        raise DigitLabError(
            f"The training-set size is {train_size:,}, but only {left:,} images are left to train on; choose fewer."
        )
    return left if train_size is None else train_size, held_out


def fingerprint(image: NDArray[np.uint8]) -> int:
    """A number of 64 bits that follows from the pixels."""
    return int.from_bytes(hashlib.blake2b(image.tobytes(), digest_size=8).digest())


def for_test(labels: NDArray[np.uint8], fingerprints: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which images are for test, (n,), where a set has none for it: about a seventh of the different ones of a class.

    They are those with the lowest fingerprints, so that the same images are chosen in whatever order they come, and
    copies of an image stay together. Of all different images it is a seventh, rounded; of each class, to within one
    image. A class with two different images or more has one in each part at least; with one, it has none for test.
    """
    different = [np.unique(fingerprints[labels == label]) for label in np.unique(labels)]
    sizes = np.array([len(of_class) for of_class in different])
    # Rounded over all classes so far, so that what one is rounded down by counts for the next.
    wanted = np.diff(np.rint(np.cumsum(sizes) / TEST_SHARE), prepend=0).clip(sizes > 1, sizes - 1).astype(int)
    chosen = [of_class[:count] for of_class, count in zip(different, wanted, strict=True)]
    return np.isin(fingerprints, np.concatenate(chosen))


def require_trainable(config: TrainingConfig, identity: Identity) -> None:
    """Raise `DigitLabError` where a network cannot be trained so on that data set.

    It may have too few images. And what the program draws, digits and shapes that are none, belongs to digits only.
    """
    split_sizes(identity.train_count, config.validation_share, config.train_size)
    if not identity.of_digits and (config.synthetic_digits or config.non_digits):
        raise DigitLabError(
            f"{identity.name} is not of digits, so none are drawn for it; set the synthetic digits and the synthetic "
            "shapes to 0, or choose a data set of digits."
        )
