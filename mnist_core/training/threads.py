"""How many threads PyTorch computes with while other programs want the cores too.

On two cores two threads are up to twice as fast as one, but wait for each other at every layer: where a browser or a
page keeps a core busy, they are up to four times slower than one. So one fewer is used where that is faster.
"""

from collections.abc import Callable
from timeit import timeit

import torch

_SLOW = 0.75  # all threads count as slow below this share of the highest speed so far; then one fewer is tried
_TRY_EVERY = 5  # while one fewer is faster, all threads are tried again once in so many measurements
_SMOOTHING = 0.4  # weight of the earlier measurements in the speed kept for a number of threads


def product_seconds(threads: int) -> float:
    """Time that some products as in a layer take with so many threads: 10 ms show whether they hinder each other."""
    torch.set_num_threads(threads)
    batch, weights = torch.zeros(64, 784), torch.zeros(784, 256)
    return timeit(lambda: torch.mm(batch, weights), number=20)


class Threads:
    """Chooses between all threads that PyTorch has now and one fewer, by the speed measured last with each."""

    def __init__(self, measure_seconds: Callable[[int], float] = product_seconds) -> None:
        self._most = torch.get_num_threads()
        self._fewer = max(1, self._most - 1)
        self._speeds = dict.fromkeys((self._most, self._fewer), 0.0)
        self._measurements, self._highest_speed = 0, 0.0
        torch.set_num_threads(min(self._speeds, key=measure_seconds))

    def adapt(self, speed: float) -> None:
        """Take note of the speed since the last call, in any unit, and set the threads to use from now on."""
        used, speeds = torch.get_num_threads(), self._speeds
        speeds[used] = _SMOOTHING * speeds[used] + (1 - _SMOOTHING) * speed if speeds[used] else speed
        self._measurements += 1
        self._highest_speed = max(self._highest_speed, speed)
        if speeds[self._most] >= speeds[self._fewer]:
            slow = used == self._most and speed < _SLOW * self._highest_speed
            torch.set_num_threads(self._fewer if slow else self._most)
        else:
            torch.set_num_threads(self._most if self._measurements % _TRY_EVERY == 0 else self._fewer)
