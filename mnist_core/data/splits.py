"""Training images split into those to train on and those held out for validation."""

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data.data_set import Identity
from mnist_core.data.labelled_digits import Digits


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


def stratified(labels: NDArray[np.uint8], every: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ascending indices of images for training and for test: of those sorted by label, every `every`-th is for test.

    So the parts have the same shares of each digit, to within one image, and are always the same.
    """
    order = np.argsort(labels, kind="stable")
    is_test = np.arange(len(order)) % every == every - 1
    return np.sort(order[~is_test]), np.sort(order[is_test])


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
