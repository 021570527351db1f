"""What a source of images holds: known before they are read, one by one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.data.formats.streams import FormatError

MAX_CLASSES, MAX_IMAGES = 10, 200_000
MAX_UNPACKED = 4_000_000_000
"""Bytes of all that a source holds, unpacked."""


@dataclass(frozen=True)
class TakenImage:
    """`image` is (28, 28) uint8, `test` whether the source has it among the images for test.

    `border` is the level of its border, 0 to 255, where a light ground makes the whole set be inverted; None where its
    ground is dark already.
    """

    image: NDArray[np.uint8]
    label: int
    test: bool = False
    border: float | None = None


@dataclass(frozen=True)
class RefusedEntry:
    """A file, or an image of an array, that cannot be taken, and why, in a part of a sentence."""

    name: str
    reason: str


class RefusedError(Exception):
    """One entry cannot be taken, which keeps no other from being taken; the message is a `RefusedEntry.reason`."""


@dataclass(frozen=True)
class Contents:
    """Label `i` means `class_names[i]`."""

    source: str
    """Where the images come from, as in "Source: the pictures in mine.zip"."""
    count: int
    """How many entries there are."""
    entry: str
    """What an entry is called: "file" or "image"."""
    class_names: tuple[str, ...]
    of_digits: bool
    """Whether the classes are the ten digits; then images are brought to 28x28 as drawings are."""
    has_test: bool
    """Whether some of the images are for test; otherwise they are split."""
    entries: Iterator[TakenImage | RefusedEntry]
    """May raise `DigitLabError` where nothing of the source can be used."""


def unusable(name: str, error: FormatError | OSError) -> DigitLabError:
    """The error for a file, or an array in one, that is not in its format or cannot be read."""
    if isinstance(error, OSError):
        return DigitLabError(f"{name} cannot be read ({error.strerror}); make or download it again.")
    return DigitLabError(f"{name} {error}; {error.remedy or 'make or download it again'}.")
