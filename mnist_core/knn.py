"""K nearest neighbours on block features: neighbours, distances and votes.

The method of the textbook chapter behind this project: a digit is its row of ink counts, the distance between two
digits is Euclidean, and the k nearest reference digits vote. Distance ties go to the lower index, vote ties to the
digit whose nearest neighbour is nearer.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.blocks import Images, features
from mnist_core.data import Digits

K_DRAWINGS = 5
"""Neighbours that vote on a drawing."""

_QUERIES = 256
_GROUP = 100


@dataclass(frozen=True)
class Neighbours:
    """The k nearest references of n images, nearest first: `distances` (n, k) float32, the rest (n, k) int64."""

    distances: NDArray[np.float32]
    indices: NDArray[np.int64]
    labels: NDArray[np.int64]

    def without(self, index: int) -> "Neighbours":
        """One neighbour fewer: without reference `index` where it is found, otherwise without the farthest."""
        others = self.indices != index
        others[others.all(axis=1), -1] = False
        n, k = self.indices.shape
        return Neighbours(*(part[others].reshape(n, k - 1) for part in (self.distances, self.indices, self.labels)))

    def votes(self) -> NDArray[np.int64]:
        """How many of the k neighbours speak for each digit, (n, 10)."""
        return np.asarray(np.eye(10, dtype=np.int64)[self.labels].sum(axis=1))

    def answers(self) -> NDArray[np.int64]:
        """The answer of the vote for every k from 1 to the k searched, (n, k): column j is the answer for k = j + 1."""
        k = self.labels.shape[1]
        tally = np.eye(10, dtype=np.int64)[self.labels].cumsum(axis=1)
        # A vote more beats any position; among equal votes the digit that comes first in the row wins.
        first = (tally > 0).argmax(axis=1)
        return np.asarray((tally * (k + 1) - first[:, None, :]).argmax(axis=2))


class KNN:
    """Reference digits as block features, ready to be searched.

    `rows` and `columns` are 1 to 28, `threshold` 0 to 255: a pixel above it is ink.

    >>> reference = Digits(np.arange(2 * 784, dtype=np.uint16).astype(np.uint8).reshape(2, 28, 28), np.array([3, 8]))
    >>> KNN(reference, rows=2, columns=2, threshold=100).neighbours(reference.images, k=1).labels.tolist()
    [[3], [8]]
    """

    def __init__(self, reference: Digits, *, rows: int, columns: int, threshold: int) -> None:
        for name, value, low, high in (
            ("rows", rows, 1, 28),
            ("columns", columns, 1, 28),
            ("threshold", threshold, 0, 255),
        ):
            if not low <= value <= high:
                raise DigitLabError(f"The number for {name} is {value}; choose one from {low} to {high}.")
        self.reference = reference
        self.rows, self.columns, self.threshold = rows, columns, threshold
        self.features = self.describe(reference.images)

    def describe(self, images: Images) -> NDArray[np.float32]:
        """The feature rows of (n, 28, 28) uint8 images: (n, rows * columns) float32."""
        return features(images, self.rows, self.columns, self.threshold)

    def neighbours(self, images: Images, k: int) -> Neighbours:
        """Find the k nearest references of each of (n, 28, 28) uint8 images; one search serves every smaller k."""
        if not 1 <= k <= len(self.reference):
            raise DigitLabError(f"k is {k}; choose one from 1 to {len(self.reference):,}, the number of references.")
        squares, indices = search(self.features, self.describe(images), k)
        return Neighbours(np.sqrt(squares), indices, self.reference.labels[indices].astype(np.int64))


def for_drawings(reference: Digits) -> KNN:
    """The judge of drawings: 14x14 blocks.

    With all of MNIST as reference and 5 votes it reads 88.8 % of 2,000 digits drawn with a pen; 7x7 reads 85.5 %,
    5x4 79.1 %.
    """
    return KNN(reference, rows=14, columns=14, threshold=0)


def search(
    references: NDArray[np.float32], queries: NDArray[np.float32], k: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The k nearest of (m, d) references for each of (n, d) queries: squared distances and indices, both (n, k).

    Exact for ink counts: their sums of products stay below 2**24, so float32 holds every intermediate value. Two
    levels, so that the whole (n, m) matrix is never sorted: the k groups of references whose minimum is smallest hold
    the k nearest, ties included, because groups are in index order.
    """
    groups = -(-len(references) // _GROUP)
    padding = groups * _GROUP - len(references)
    points = torch.from_numpy(np.pad(references, ((0, padding), (0, 0))))
    norms = points.square().sum(dim=1)
    if padding:
        norms[-padding:] = torch.inf
    found_squares, found_indices = [], []
    buffer = torch.empty(min(_QUERIES, len(queries)), len(points))
    for batch in torch.from_numpy(queries).split(_QUERIES):
        # Squared distance less the query's own square, which does not change the order.
        offsets = torch.addmm(norms, batch, points.T, alpha=-2, out=buffer[: len(batch)])
        grouped = offsets.view(len(batch), groups, _GROUP)
        nearest = _smallest(grouped.amin(dim=2), torch.arange(groups).expand(len(batch), -1), min(k, groups))
        members = grouped.gather(1, nearest[:, :, None].expand(-1, -1, _GROUP)).flatten(1)
        indices = (nearest[:, :, None] * _GROUP + torch.arange(_GROUP)).flatten(1)
        best = _smallest(members, indices, k)
        own = batch.square().sum(dim=1, keepdim=True)
        found_squares.append(members.gather(1, best) + own)
        found_indices.append(indices.gather(1, best))
    return torch.cat(found_squares).numpy(), torch.cat(found_indices).numpy()


def _smallest(values: torch.Tensor, ranks: torch.Tensor, k: int) -> torch.Tensor:
    """Columns of the k smallest values of each row in order, ties to the lower rank.

    Value and rank make one float64 key: whole values below 2**24 in front of ranks below 2**28 fit its 53 bits.
    """
    return (values.double() * 2**28 + ranks).topk(k, dim=1, largest=False).indices
