"""Exact search for the nearest references of many queries, on features that are whole numbers."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

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

    The points are kept, not copied; the first search of several queries makes a second table of the same size.
    """

    def __init__(self, points: FeatureRows, device: str = "cpu") -> None:
        self.count, self.width = points.shape
        self._points, self._device = points, device
        self._groups = -(-self.count // _GROUP)
        norms = np.einsum("ij,ij->i", points, points)
        self._largest_norm = norms.max()
        # The padding of the last group is farther than all references.
        padding = np.full(self._groups * _GROUP - self.count, self._largest_norm + 1, points.dtype)
        self._norms = np.concatenate([norms, padding])

    @cached_property
    def _table(self) -> torch.Tensor:
        """The references as columns, with their squared norms as the last row.

        One product then gives |p|^2 - 2 q p: the squared distance less |q|^2, which is the same for all references.
        """
        table = np.zeros((self.width + 1, len(self._norms)), self._points.dtype)
        table[:-1, : self.count] = self._points.T
        table[-1] = self._norms
        return torch.from_numpy(table).to(self._device)

    def nearest(self, queries: FeatureRows, k: int) -> tuple[FeatureRows, NDArray[np.int64]]:
        """Squared distances and indices of the k nearest references of (n, d) queries, both (n, k), nearest first.

        Of equally near references the one with the lower index comes first.
        """
        asked = torch.from_numpy(queries).to(self._device)
        norms = asked.square().sum(dim=1, keepdim=True)
        batches = torch.hstack([-2 * asked, torch.ones_like(norms)]).split(
            _QUERIES if self._device == "cpu" else _GPU_QUERIES
        )
        largest = int(max(self._largest_norm + 1, norms.max() if len(norms) else 0))
        if self._device == "cpu" and len(queries) == 1:
            nearest = [self._nearest(torch.from_numpy(self._offsets_of_one(queries[0]))[None], k, largest)]
        elif self._device == "cpu" and len(batches) > 1:
            nearest = self._in_threads(batches, k, largest)
        else:
            nearest = [self._nearest(torch.mm(batch, self._table), k, largest) for batch in batches]
        offsets, indices = (torch.cat(part) for part in zip(*nearest, strict=True))
        return (offsets + norms).cpu().numpy(), indices.cpu().numpy()

    def _offsets_of_one(self, query: FeatureRows) -> FeatureRows:
        """A row of the product with the table, without the table, which takes longer to make than one search.

        For 14x14 blocks `einsum` takes a third of the time of a product of a matrix and a vector.
        """
        offsets = self._norms.copy()
        offsets[: self.count] -= 2 * np.einsum("ij,j->i", self._points, query)
        return offsets

    def _in_threads(
        self, batches: tuple[torch.Tensor, ...], k: int, largest: int
    ) -> list[tuple[torch.Tensor, torch.Tensor]]:
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
            return self._nearest(torch.from_numpy(offsets), k, largest)

        with _one_search, _controller.limit(limits=1, user_api="blas"):
            try:
                with ThreadPoolExecutor(_THREADS, initializer=begin) as pool:
                    return list(pool.map(nearest, batches))
            finally:
                torch.set_num_threads(_THREADS)

    def _nearest(self, offsets: torch.Tensor, k: int, largest: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The k smallest of each row of (n, m + padding) offsets and their columns, ascending; see `_smallest`."""
        grouped = offsets.view(len(offsets), self._groups, _GROUP)
        nearest_groups = _smallest(grouped.amin(dim=2), min(k, self._groups), largest).sort(dim=1).values
        members = grouped.gather(1, nearest_groups[:, :, None].expand(-1, -1, _GROUP)).flatten(1)
        best = _smallest(members, k, largest)
        return members.gather(1, best), nearest_groups.gather(1, best // _GROUP) * _GROUP + best % _GROUP


def _smallest(values: torch.Tensor, k: int, largest: int) -> torch.Tensor:
    """Columns of the k smallest of each row, ascending; of equal values the lower column comes first.

    The values are whole, from -`largest` to `largest`. Each makes one key with its column. Most keys fit in 32 bits,
    which takes less time than 64.
    """
    columns = values.shape[1]
    dtype = torch.int32 if (largest + 1) * columns < 2**31 else torch.int64
    keys = values.to(dtype).mul_(columns).add_(torch.arange(columns, dtype=dtype, device=values.device))
    return keys.topk(k, dim=1, largest=False).indices
