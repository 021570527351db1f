"""Exact search for the nearest references of many queries, on features that are whole numbers."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from mnist_core.knn.blocks import FeatureRows

_QUERIES = 256
"""Searched at a time on a CPU, so that their distances stay in its cache."""
_GPU_QUERIES = 4_096
"""Searched at a time on a GPU, so that it has enough to do: their distances take a gigabyte."""
_GROUP = 100
_RANKS = 2**26

# Read at import, since a search lowers the number for its own threads.
_THREADS = torch.get_num_threads()
_controller = ThreadpoolController()
_one_search = threading.Lock()
"""One threaded search at a time: it uses all cores and sets limits that hold for the whole process."""


class ExactSearch:
    """Nearest neighbours among reference points (m, d), on any torch device.

    All values must be whole and not negative. Then the search is exact: in float32 as long as three times the largest
    sum of squares is below 2**24, in float64 as long as that sum is below 2**37.

    It has two levels, so that the (n, m) matrix of distances is never sorted: the k groups of 100 references with the
    smallest minima contain the k nearest, ties included, because groups are in index order.
    """

    def __init__(self, points: FeatureRows, device: str = "cpu") -> None:
        self.count, self.width = points.shape
        self._device = device
        self._groups = -(-self.count // _GROUP)
        table = np.zeros((self.width + 1, self._groups * _GROUP), points.dtype)
        table[:-1, : self.count] = points.T
        norms = np.square(points).sum(axis=1)
        table[-1, : self.count] = norms
        # Padding of the last group, farther than all references.
        table[-1, self.count :] = norms.max() + 1
        self._table = torch.from_numpy(table).to(device)

    def nearest(self, queries: FeatureRows, k: int) -> tuple[FeatureRows, NDArray[np.int64]]:
        """Squared distances and indices of the k nearest references of (n, d) queries, both (n, k), nearest first.

        Of equally near references the one with the lower index comes first.
        """
        # The last row of the table holds the squared norms, so that one product gives |p|^2 - 2 q p: the squared
        # distance less |q|^2, which is the same for all references.
        extended = np.hstack([-2 * queries, np.ones((len(queries), 1), queries.dtype)])
        batches = torch.from_numpy(extended).to(self._device).split(_QUERIES if self._device == "cpu" else _GPU_QUERIES)
        if self._device == "cpu" and len(batches) > 1:
            nearest = self._in_threads(batches, k)
        else:
            nearest = [self._nearest(torch.mm(batch, self._table), k) for batch in batches]
        offsets, indices = (torch.cat(part).cpu().numpy() for part in zip(*nearest, strict=True))
        return offsets + np.square(queries).sum(axis=1, keepdims=True), indices

    def _in_threads(self, batches: tuple[torch.Tensor, ...], k: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Search batches in parallel, each in one thread.

        On two cores this takes two thirds of the time of one batch at a time in all threads. NumPy's product is up to
        twice as fast as torch's on AMD processors, as long as only one of the two uses threads.
        """
        table, local = self._table.numpy(), threading.local()

        def begin() -> None:
            torch.set_num_threads(1)
            local.buffer = np.empty((_QUERIES, table.shape[1]), table.dtype)

        def nearest(batch: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            offsets = np.matmul(batch.numpy(), table, out=local.buffer[: len(batch)])
            return self._nearest(torch.from_numpy(offsets), k)

        with _one_search, _controller.limit(limits=1, user_api="blas"):
            try:
                with ThreadPoolExecutor(_THREADS, initializer=begin) as pool:
                    return list(pool.map(nearest, batches))
            finally:
                torch.set_num_threads(_THREADS)

    def _nearest(self, offsets: torch.Tensor, k: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The k smallest of each row of (n, m + padding) offsets and their columns, ascending."""
        grouped = offsets.view(len(offsets), self._groups, _GROUP)
        groups = torch.arange(self._groups, device=self._device)
        nearest_groups = _smallest(grouped.amin(dim=2), groups, min(k, self._groups))[:, :, None]
        members = grouped.gather(1, nearest_groups.expand(-1, -1, _GROUP)).flatten(1)
        indices = (nearest_groups * _GROUP + torch.arange(_GROUP, device=self._device)).flatten(1)
        best = _smallest(members, indices, k)
        return members.gather(1, best), indices.gather(1, best)


def _smallest(values: torch.Tensor, ranks: torch.Tensor, k: int) -> torch.Tensor:
    """Columns of the k smallest whole values of each row, ascending; of equal values the lower rank comes first.

    Value and rank make one 64-bit key: the value, below 2**37, in the high bits and the rank, below 2**26, in the low.
    """
    keys = values.long().mul_(_RANKS).add_(ranks)
    return keys.topk(k, dim=1, largest=False).indices
