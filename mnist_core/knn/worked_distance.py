"""The Euclidean distance of two feature rows as a worked example."""

import math

import numpy as np

from mnist_core.knn.blocks import FeatureRows


class WorkedDistance:
    """Each step from two feature rows (d,) of whole numbers to their distance; all are exact except the `root`.

    `unknown`, `reference`, `differences` and `squares` are (d,) int64, `total` is the sum of the squares. `shares` (d,)
    are those of the blocks in it, 0 to 1; all 0 where the rows are equal.
    """

    def __init__(self, unknown: FeatureRows, reference: FeatureRows) -> None:
        self.unknown, self.reference = unknown.astype(np.int64), reference.astype(np.int64)
        self.differences = self.unknown - self.reference
        self.squares = self.differences**2
        self.total = int(self.squares.sum())
        self.root = math.sqrt(self.total)
        self.shares = self.squares / max(self.total, 1)
