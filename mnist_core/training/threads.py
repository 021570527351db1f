"""How many threads PyTorch computes with while other programs want the cores too.

On two cores two threads are up to twice as fast as one, but wait for each other at every layer: where a browser or a
page keeps a core busy, they are up to four times slower than one. So one fewer is used where that is faster.
"""

import time

import torch

_SLOW = 0.75
"""A speed below this share of the best one seen is worth a try of the other number."""
_TRY_EVERY = 5
"""Measurements between trials of all threads while one fewer is better."""
_KEPT = 0.4
"""How much of the speed so far is kept at each measurement."""
_PRODUCTS = 20


class Threads:
    """Chooses between all threads and one fewer, by the speed that each had last."""

    def __init__(self) -> None:
        self._most = torch.get_num_threads()
        self._fewer = max(1, self._most - 1)
        self._speeds = dict.fromkeys((self._most, self._fewer), 0.0)
        self._measured, self._top = 0, 0.0
        best = min(self._speeds, key=_product_seconds)
        torch.set_num_threads(best)

    def adapt(self, speed: float) -> None:
        """Note the speed since the last call, in any unit, and set the threads for what comes."""
        used, speeds = torch.get_num_threads(), self._speeds
        speeds[used] = _KEPT * speeds[used] + (1 - _KEPT) * speed if speeds[used] else speed
        self._measured += 1
        self._top = max(self._top, speed)
        if speeds[self._most] >= speeds[self._fewer]:
            slow = used == self._most and speed < _SLOW * self._top
            torch.set_num_threads(self._fewer if slow else self._most)
        else:
            torch.set_num_threads(self._most if self._measured % _TRY_EVERY == 0 else self._fewer)


def _product_seconds(threads: int) -> float:
    """Time of some products as a layer has them: 10 ms that tell whether the threads hinder each other."""
    torch.set_num_threads(threads)
    batch, weights = torch.zeros(64, 784), torch.zeros(784, 256)
    started = time.perf_counter()
    for _ in range(_PRODUCTS):
        torch.mm(batch, weights)
    return time.perf_counter() - started
