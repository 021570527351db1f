"""The k nearest references of images, and how they vote."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Neighbours:
    """The k nearest references of n images, nearest first: `distances` (n, k) float64, the rest (n, k) int64."""

    distances: NDArray[np.float64]
    indices: NDArray[np.int64]
    labels: NDArray[np.int64]

    def without(self, index: int | NDArray[np.integer]) -> "Neighbours":
        """One neighbour fewer: without reference `index` where it is found, otherwise without the farthest.

        The index is the same for all images, or (n, 1) one for each.
        """
        others = self.indices != index
        others[others.all(axis=1), -1] = False
        n, k = self.indices.shape
        return Neighbours(*(part[others].reshape(n, k - 1) for part in (self.distances, self.indices, self.labels)))

    def votes(self) -> NDArray[np.int64]:
        """How many of the k neighbours speak for each digit, (n, 10)."""
        return np.asarray(np.eye(10, dtype=np.int64)[self.labels].sum(axis=1))

    def answers(self) -> NDArray[np.int64]:
        """The answer of the vote for every k from 1 to the k searched, (n, k): column j is the answer for k = j + 1.

        Among equal votes the digit whose nearest neighbour is nearer wins.
        """
        n, k = self.labels.shape
        # A digit's score is its votes times k + 1, less the place of its nearest neighbour, which only ties turn on.
        cells = (10 * np.arange(n)[:, None] + self.labels).T
        scores = np.zeros(10 * n, np.int64)
        scores[cells[::-1]] = -np.arange(k)[::-1, None]  # where a digit comes again, its first place is written last
        gained = np.empty((k, n), np.int64)
        for place, cell in enumerate(cells):
            gained[place] = scores[cell] + k + 1
            scores[cell] = gained[place]
        # Only the digit that gains a vote can take the lead.
        leads = np.where(gained == np.maximum.accumulate(gained), np.arange(k)[:, None], 0)
        return np.take_along_axis(self.labels, np.maximum.accumulate(leads).T, axis=1)
