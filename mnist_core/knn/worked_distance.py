"""The Euclidean distance of two feature rows as a worked example."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.knn.blocks import FeatureRows


@dataclass(frozen=True)
class WorkedDistance:
    """Each step from two feature rows (d,) of whole numbers to their distance; all are exact except the root."""

    unknown: NDArray[np.int64]
    reference: NDArray[np.int64]

    @classmethod
    def between(cls, unknown: FeatureRows, reference: FeatureRows) -> "WorkedDistance":
        """The worked distance of two rows of `block_features`."""
        return cls(unknown.astype(np.int64), reference.astype(np.int64))

    @property
    def differences(self) -> NDArray[np.int64]:
        return self.unknown - self.reference

    @property
    def squares(self) -> NDArray[np.int64]:
        return self.differences**2

    @property
    def total(self) -> int:
        return int(self.squares.sum())

    @property
    def root(self) -> float:
        return float(np.sqrt(self.total))

    @property
    def shares(self) -> NDArray[np.float64]:
        """Each block's share of the squared distance, 0 to 1; all 0 where the rows are equal."""
        return self.squares / max(self.total, 1)
