"""Block features: an image divided into rows x columns blocks, and the ink pixels of each block counted."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

SIDE = 28
Images: TypeAlias = NDArray[np.uint8]


def edges(blocks: int) -> list[int]:
    """The `blocks + 1` pixel indices at which 28 pixels are cut, 1 <= blocks <= 28.

    Cuts are rounded to the nearest pixel, so that blocks differ by one pixel at most and the larger ones
    are spread evenly: 5 blocks are cut at 0, 6, 11, 17, 22, 28. Cutting always downwards or upwards reads worse:
    5x4 blocks, k = 3, full MNIST give 85.9 % and 86.9 % against 88.0 %.

    >>> edges(5)
    [0, 6, 11, 17, 22, 28]
    """
    return [(2 * SIDE * i + blocks) // (2 * blocks) for i in range(blocks + 1)]


def features(images: Images, rows: int, columns: int, threshold: int) -> NDArray[np.float32]:
    """Count the pixels brighter than `threshold` in each block.

    `images` is (n, 28, 28) uint8, `threshold` 0 to 255; returns (n, rows * columns) float32, blocks in reading order.
    """
    ink = (images > threshold).view(np.uint8)
    strips = np.add.reduceat(ink, edges(rows)[:-1], axis=1, dtype=np.uint8)
    counts = np.add.reduceat(strips, edges(columns)[:-1], axis=2, dtype=np.uint16)
    return counts.reshape(len(images), rows * columns).astype(np.float32)
