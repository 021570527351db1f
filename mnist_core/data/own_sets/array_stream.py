"""An array in a file, read block by block whatever its size: from an IDX file or from an npz file."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import IO

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.data.formats.streams import FormatError, fill, require_end
from mnist_core.data.own_sets.contents import MAX_IMAGES, MAX_UNPACKED, unusable

MAX_PIXELS = 4_000_000
"""Of one image in an array; a block is at most one of these."""
WHITES = (1, 16, 255)
"""Numbers that stand for white, where black is 0: that of most floats, of scikit-learn's digits, and of bytes."""


@dataclass(frozen=True)
class ArrayStream:
    """`open_data` opens the bytes of the array, in row-major order, each time that it is called."""

    name: str
    """As messages call it."""
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    open_data: Callable[[], IO[bytes]]

    def blocks(self) -> Iterator[NDArray[np.generic]]:
        """The rows of the array, some at a time. Raises `DigitLabError` where the file is cut off or damaged."""
        row = math.prod(self.shape[1:]) * self.dtype.itemsize
        most = max(MAX_PIXELS // max(row, 1), 1)
        try:
            data = self.open_data()
            for start in range(0, self.shape[0], most):
                rows = min(most, self.shape[0] - start)
                content = np.empty(rows * row, np.uint8)
                fill(data, content)
                yield content.view(self.dtype).reshape(rows, *self.shape[1:])
            require_end(data)
        except (FormatError, OSError) as error:
            raise unusable(self.name, error) from None


@dataclass(frozen=True)
class ImageStream:
    """Images of any size. Raises `DigitLabError` where the array cannot be images."""

    array: ArrayStream

    def __post_init__(self) -> None:
        shape, dtype, name = self.array.shape, self.array.dtype, self.array.name
        square = math.isqrt(max(shape[1], 0)) ** 2 if len(shape) == 2 else 0
        if not (len(shape) == 3 or (len(shape) == 4 and shape[3] in (1, 3)) or (square and square == shape[1])):
            raise DigitLabError(f"{name} has the shape {_shape(shape)}; images are (number, height, width).")
        if dtype.kind not in "buif":
            raise DigitLabError(f"{name} holds no numbers; images are numbers from 0 to 255.")
        if min(shape) < 1:
            raise DigitLabError(f"{name} holds no images.")
        if shape[0] > MAX_IMAGES:
            raise DigitLabError(f"{name} holds {shape[0]:,} images, and a set has at most {MAX_IMAGES:,}; take fewer.")
        pixels = math.prod(shape[1:])
        if pixels > MAX_PIXELS or pixels * shape[0] * dtype.itemsize > MAX_UNPACKED:
            raise DigitLabError(
                f"{name} is too large: an image has at most {MAX_PIXELS // 10**6} megapixels, and all together "
                f"{MAX_UNPACKED // 10**9} GB; make the images smaller."
            )

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the images."""
        shape = self.array.shape
        return (math.isqrt(shape[1]), math.isqrt(shape[1])) if len(shape) == 2 else (shape[1], shape[2])

    @cached_property
    def _white(self) -> int:
        """The number for white, the least of `WHITES` that none exceeds; all are read once until the last is left."""
        highest = 0.0
        for block in self.array.blocks():
            highest = max(highest, float(block.max()))
            if highest > WHITES[-2]:
                return WHITES[-1]
        return next(white for white in WHITES if highest <= white)

    def images(self) -> Iterator[NDArray[np.uint8]]:
        """Each image, (height, width), grey, 0 to 255. Raises `DigitLabError` where numbers are in no range of these.

        The ranges are from 0 to one of `WHITES`.
        """
        for block in self.array.blocks():
            # NaN is neither.
            if not (block.min() >= 0 and block.max() <= self._white):
                raise DigitLabError(
                    f"{self.array.name} holds numbers that are not from 0 to 255, from 0 to 16, or from 0 to 1; bring "
                    "them to one of these ranges."
                )
            for image in block:
                yield self._grey(image)

    def _grey(self, image: NDArray[np.generic]) -> NDArray[np.uint8]:
        if image.ndim == 1:
            image = image.reshape(self.size)
        if image.ndim == 3:
            image = image.mean(axis=2) if image.shape[2] == 3 else image[:, :, 0]
        if image.dtype == np.uint8 and self._white == 255:
            return image.astype(np.uint8, copy=False)
        return np.asarray(np.rint(image.astype(np.float32) * (255 / self._white)), np.uint8)


def read_labels(array: ArrayStream, count: int, images: str) -> NDArray[np.uint8]:
    """The labels of so many images, (count,). Raises `DigitLabError` where they are not whole numbers from 0 to 9."""
    if array.dtype.kind not in "uif":
        raise DigitLabError(f"{array.name} holds no numbers; labels are whole numbers from 0 to 9.")
    if len(array.shape) not in (1, 2) or array.shape[1:] not in ((), (1,)):
        raise DigitLabError(f"{array.name} has the shape {_shape(array.shape)}; labels are one number for each image.")
    if array.shape[0] != count:
        raise DigitLabError(f"{array.name} holds {array.shape[0]:,} labels, but {images} holds {count:,} images.")
    labels = np.concatenate([block.reshape(-1) for block in array.blocks()])
    wrong = np.flatnonzero(~np.isin(labels, np.arange(10)))
    if len(wrong):
        raise DigitLabError(
            f"{array.name} has the label {labels[wrong[0]]} for image {wrong[0] + 1:,}; labels are whole numbers from "
            "0 to 9."
        )
    return labels.astype(np.uint8)


def _shape(shape: tuple[int, ...]) -> str:
    return f"({', '.join(f'{side}' for side in shape)})"
