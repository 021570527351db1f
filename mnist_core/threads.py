"""How many threads PyTorch computes with while other programs want the cores too.

On two cores two threads are up to twice as fast as one, but wait for each other at every layer: where a browser or a
page keeps a core busy, they are up to four times slower than one. So one fewer is tried where it may be better.
"""

import torch

_SLOW = 0.75
"""A speed below this share of the best one seen is worth a try of the other number."""
_FIRST_TRY, _TRY_EVERY = 10, 5
"""Measurements until one fewer is tried in any case, and between trials of all while one fewer is better."""
_KEPT = 0.4
"""How much of the speed so far is kept at each measurement."""


class Threads:
    """Chooses between all threads and one fewer, by the speed that each had last."""

    def __init__(self) -> None:
        self._most = torch.get_num_threads()
        self._speeds: dict[int, float] = dict.fromkeys((self._most, max(1, self._most - 1)), 0.0)
        self._measured, self._top = 0, 0.0

    def adapt(self, speed: float) -> None:
        """Note the speed since the last call, in any unit, and set the threads for what comes."""
        used, speeds = torch.get_num_threads(), self._speeds
        speeds[used] = _KEPT * speeds[used] + (1 - _KEPT) * speed if speeds[used] else speed
        self._measured += 1
        self._top = max(self._top, speed)
        best, other = sorted(speeds, key=speeds.__getitem__, reverse=True)[:2] if len(speeds) > 1 else (used, used)
        if best == self._most:
            slow = used == self._most and speed < _SLOW * self._top
            trying = slow or self._measured == _FIRST_TRY
        else:
            trying = self._measured % _TRY_EVERY == 0
        torch.set_num_threads(other if trying else best)
