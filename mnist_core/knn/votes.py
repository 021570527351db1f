"""The k nearest references of images, and their votes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError

DRAWING_K = 5
"""The k of the classifier of drawings, `knn_for_drawings`."""


@dataclass(frozen=True)
class NearestNeighbours:
    """The k nearest references of n images, nearest first.

    `distances` (n, k) float64; `indices` and `labels` of the references, (n, k) int64.
    """

    distances: NDArray[np.float64]
    indices: NDArray[np.int64]
    labels: NDArray[np.int64]

    def without(self, index: int | NDArray[np.integer]) -> "NearestNeighbours":
        """Leave out reference `index` where it is a neighbour, otherwise the farthest: k - 1 neighbours remain.

        `index` is one number for all images, or (n, 1) one for each. Raises `DigitLabError` where that leaves none.
        """
        if self.indices.shape[1] == 1:
            raise DigitLabError(
                "An image is no neighbour of itself, and there is no other training image; choose a larger data set."
            )
        others = self.indices != index
        others[others.all(axis=1), -1] = False
        n, k = self.indices.shape
        return NearestNeighbours(
            *(part[others].reshape(n, k - 1) for part in (self.distances, self.indices, self.labels))
        )

    def votes(self) -> NDArray[np.int64]:
        """How many of the k neighbours have each digit as label, (n, 10)."""
        return np.asarray(np.eye(10, dtype=np.int64)[self.labels].sum(axis=1))

    def predictions(self) -> NDArray[np.int64]:
        """The digit with most votes for every k up to that searched, (n, k): column j is that for k = j + 1.

        A tie goes to the digit whose nearest neighbour is nearer.
        """
        n, k = self.labels.shape
        # A digit's score is its votes times k + 1, less the rank of its nearest neighbour, which decides ties only.
        cells = (10 * np.arange(n)[:, None] + self.labels).T
        scores = np.zeros(10 * n, np.int64)
        scores[cells[::-1]] = -np.arange(k)[::-1, None]  # in reverse, so that the first rank of a digit is written last
        gained = np.empty((k, n), np.int64)
        for rank, cell in enumerate(cells):
            gained[rank] = scores[cell] + k + 1
            scores[cell] = gained[rank]
        # Only the digit that gains a vote can take the lead.
        leads = np.where(gained == np.maximum.accumulate(gained), np.arange(k)[:, None], 0)
        return np.take_along_axis(self.labels, np.maximum.accumulate(leads).T, axis=1)
