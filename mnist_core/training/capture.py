"""A training step that is captured once as a CUDA graph and replayed: one launch instead of some fifty.

On a GPU the arithmetic of a small network takes less time than Python needs to launch it. After Ng, Accelerating
PyTorch with CUDA graphs (2021).
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeAlias

import torch
from torch import Tensor

Step: TypeAlias = Callable[[Tensor], Tensor]
"""Trains on the images at these indices, (n,) int64, and returns the mean loss, a scalar."""
Record: TypeAlias = Callable[[Callable[[], Tensor]], Callable[[], Tensor]]
"""Calls a function some times and returns what repeats its arithmetic, each time into the same tensor."""

_WARM_UP_CALLS = 3
_log = logging.getLogger(__name__)


class CapturedStep:
    """`step`, recorded at the first batch of `size` images and from then on repeated; other batches are left to `step`.

    What recording changes is put back at the end of the context `unchanged`. Where recording fails, the log says so
    once and all batches are left to `step`.
    """

    def __init__(
        self, step: Step, size: int, record: Record, unchanged: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._step, self._size, self._record, self._unchanged = step, size, record, unchanged
        self._take_whole_batch: Step = self._capture

    def __call__(self, batch: Tensor) -> Tensor:
        return self._take_whole_batch(batch) if len(batch) == self._size else self._step(batch)

    def _capture(self, first: Tensor) -> Tensor:
        """Record the step, and from now on repeat it, beginning with this batch."""
        read = first.clone()  # by the recorded step, each time
        try:
            with self._unchanged():
                repeat = self._record(lambda: self._step(read))
        except RuntimeError as error:
            _log.warning("The training step cannot be captured as a CUDA graph (%s); it goes on without.", error)
            self._take_whole_batch = self._step
        else:
            self._take_whole_batch = lambda batch: _repeat_on(batch, read, repeat)
        return self._take_whole_batch(first)


def _repeat_on(batch: Tensor, read: Tensor, repeat: Callable[[], Tensor]) -> Tensor:
    read.copy_(batch)
    return repeat().clone()


def recorder(rng: torch.Generator) -> Record | None:
    """What records a function that draws its random numbers from `rng`, on the device of `rng`; None without CUDA."""
    if rng.device.type != "cuda":
        return None

    def record(function: Callable[[], Tensor]) -> Callable[[], Tensor]:
        # What the first calls do only once, such as choosing algorithms and allocating, must not be in the graph.
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(_WARM_UP_CALLS):
                function()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        graph.register_generator_state(rng)
        with torch.cuda.graph(graph):
            result = function()

        def repeat() -> Tensor:
            graph.replay()
            return result

        return repeat

    return record
