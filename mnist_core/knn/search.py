"""The exact nearest references of many queries, in whole numbers."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

Points = NDArray[np.float32] | NDArray[np.float64]

_QUERIES = 256
_GROUP = 100
_RANKS = 2**26

# Read once: a search lowers it for its own threads.
_THREADS = torch.get_num_threads()
_controller = ThreadpoolController()
_turns = threading.Lock()
"""One search in threads at a time: it uses all cores, and the limits that it sets are the process's."""


class References:
    """Reference points (m, d), ready to be searched on a device that torch knows.

    All values are whole and not negative, and every search is exact: in float32 as long as three times the largest sum
    of squares stays below 2**24, in float64 as long as that sum stays below 2**37.

    Two levels, so that the whole (n, m) matrix of distances is never sorted: the k groups of 100 references whose
    minimum is smallest hold the k nearest, ties included, because groups are in index order.
    """

    def __init__(self, points: Points, device: str = "cpu") -> None:
        self.count, self.width = points.shape
        self._device = device
        self._groups = -(-self.count // _GROUP)
        table = np.zeros((self.width + 1, self._groups * _GROUP), points.dtype)
        table[:-1, : self.count] = points.T
        norms = np.square(points).sum(axis=1)
        table[-1, : self.count] = norms
        # What fills the last group is farther than all references.
        table[-1, self.count :] = norms.max() + 1
        self._table = torch.from_numpy(table).to(device)

    def nearest(self, queries: Points, k: int) -> tuple[Points, NDArray[np.int64]]:
        """Squared distances and indices of the k nearest of (n, d) queries, both (n, k); ties to the lower index."""
        # The last row of the table holds the norms, so that one product gives |p|^2 - 2 q p: the squared distance less
        # the query's own square, which does not change the order.
        asked = np.hstack([-2 * queries, np.ones((len(queries), 1), queries.dtype)])
        batches = torch.from_numpy(asked).to(self._device).split(_QUERIES)
        if self._device == "cpu" and len(batches) > 1:
            found = self._in_threads(batches, k)
        else:
            found = [self._nearest(torch.mm(batch, self._table), k) for batch in batches]
        offsets, indices = (torch.cat(part).cpu().numpy() for part in zip(*found, strict=True))
        return offsets + np.square(queries).sum(axis=1, keepdims=True), indices

    def _in_threads(self, batches: tuple[torch.Tensor, ...], k: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Batches side by side, each in one thread.

        On two cores this takes two thirds of the time that one batch at a time in all threads takes. NumPy's product is
        up to twice as fast as torch's on AMD processors, as long as only one of the two uses threads.
        """
        table, local = self._table.numpy(), threading.local()

        def begin() -> None:
            torch.set_num_threads(1)
            local.buffer = np.empty((_QUERIES, table.shape[1]), table.dtype)

        def nearest(batch: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            offsets = np.matmul(batch.numpy(), table, out=local.buffer[: len(batch)])
            return self._nearest(torch.from_numpy(offsets), k)

        with _turns, _controller.limit(limits=1, user_api="blas"):
            try:
                with ThreadPoolExecutor(_THREADS, initializer=begin) as pool:
                    return list(pool.map(nearest, batches))
            finally:
                torch.set_num_threads(_THREADS)

    def _nearest(self, offsets: torch.Tensor, k: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The k smallest of each row of (n, m + padding) offsets with their columns, in order."""
        grouped = offsets.view(len(offsets), self._groups, _GROUP)
        groups = torch.arange(self._groups, device=self._device)
        near = _smallest(grouped.amin(dim=2), groups, min(k, self._groups))[:, :, None]
        members = grouped.gather(1, near.expand(-1, -1, _GROUP)).flatten(1)
        indices = (near * _GROUP + torch.arange(_GROUP, device=self._device)).flatten(1)
        best = _smallest(members, indices, k)
        return members.gather(1, best), indices.gather(1, best)


def _smallest(values: torch.Tensor, ranks: torch.Tensor, k: int) -> torch.Tensor:
    """Columns of the k smallest whole values of each row in order, ties to the lower rank.

    Value and rank make one 64-bit key: values below 2**37 in front of ranks below 2**26.
    """
    keys = values.long().mul_(_RANKS).add_(ranks)
    return keys.topk(k, dim=1, largest=False).indices
