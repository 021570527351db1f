"""Block features: an image divided into rows x columns blocks, and the ink of each block as a number.

torch is imported inside the function that needs it, because figures use `edges` and must not wait for torch.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError

SIDE = 28
Images: TypeAlias = NDArray[np.uint8]
Measure: TypeAlias = Literal["count", "intensity"]

_IMAGES = 1000
"""Images whose pixels are described at a time, so that they stay in the processor's cache."""
_STRIP = 4
"""Rows of blocks described by one product: with all rows, most of the product would be zeros."""


@dataclass(frozen=True)
class Grid:
    """How an image becomes numbers; raises `DigitLabError` where a value is out of range.

    `rows` and `columns` of blocks are 1 to 28. A pixel above `threshold`, 0 to 255, is ink. The `measure` of a block
    is the count of its ink pixels, or the sum of their intensities.
    """

    rows: int
    columns: int
    threshold: int = 0
    measure: Measure = "count"

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("rows", self.rows, 1, SIDE),
            ("columns", self.columns, 1, SIDE),
            ("threshold", self.threshold, 0, 255),
        ):
            if not low <= value <= high:
                raise DigitLabError(f"The number for {name} is {value}; choose one from {low} to {high}.")
        if self.measure not in get_args(Measure):
            raise DigitLabError(f"The measure is {self.measure}; choose one of {', '.join(get_args(Measure))}.")

    @property
    def name(self) -> str:
        """`5x4` for 5 rows and 4 columns."""
        return f"{self.rows}x{self.columns}"

    @property
    def blocks(self) -> int:
        return self.rows * self.columns


def edges(blocks: int) -> list[int]:
    """The `blocks + 1` pixel indices at which 28 pixels are cut, 1 <= blocks <= 28.

    Cuts are rounded to the nearest pixel, so that blocks differ by one pixel at most and the larger ones
    are spread evenly: 5 blocks are cut at 0, 6, 11, 17, 22, 28. Cutting always downwards or upwards reads worse:
    5x4 blocks, k = 3, full MNIST give 85.9 % and 86.9 % against 88.0 %.

    >>> edges(5)
    [0, 6, 11, 17, 22, 28]
    """
    return [(2 * SIDE * i + blocks) // (2 * blocks) for i in range(blocks + 1)]


def features(images: Images, grid: Grid) -> NDArray[np.float32]:
    """Measure the ink in each block of (n, 28, 28) uint8 images.

    Returns (n, rows * columns) float32, blocks in reading order; every value is a whole number and exact.
    """
    import torch

    # NumPy gives large arrays huge pages, which are filled faster than torch's own.
    found = np.empty((len(images), grid.blocks), np.float32)
    pixels = torch.from_numpy(np.require(images, requirements=("C", "W"))).view(-1, SIDE * SIDE)
    ink = torch.empty(min(_IMAGES, len(images)), SIDE * SIDE)
    strips = [(here, blocks, torch.from_numpy(members)) for here, blocks, members in _strips(grid)]
    for batch, measured in zip(pixels.split(_IMAGES), torch.from_numpy(found).split(_IMAGES), strict=True):
        lit = torch.gt(batch, grid.threshold, out=ink[: len(batch)])
        if grid.measure == "intensity":
            lit.mul_(batch)
        for here, blocks, members in strips:
            torch.mm(lit[:, here], members, out=measured[:, blocks])
    return found


@lru_cache
def _strips(grid: Grid) -> list[tuple[slice, slice, NDArray[np.float32]]]:
    """The grid in strips: the pixels and the blocks of each, and which of its pixels is in which block, 0 or 1."""
    cuts = edges(grid.rows)
    down, across = (
        np.repeat(np.eye(n, dtype=np.float32), np.diff(edges(n)), axis=0) for n in (grid.rows, grid.columns)
    )
    strips = []
    for top in range(0, grid.rows, _STRIP):
        bottom = min(top + _STRIP, grid.rows)
        members = np.kron(down[cuts[top] : cuts[bottom], top:bottom], across)
        here, blocks = slice(cuts[top] * SIDE, cuts[bottom] * SIDE), slice(top * grid.columns, bottom * grid.columns)
        strips.append((here, blocks, members))
    return strips
