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
        self._repeat: Callable[[], Tensor] | None = None
        self._recordable = True

    def __call__(self, batch: Tensor) -> Tensor:
        if len(batch) == self._size and self._recordable and self._repeat is None:
            self._try_to_record(batch.clone())
        if len(batch) != self._size or self._repeat is None:
            return self._step(batch)
        self._batch.copy_(batch)
        return self._repeat().clone()

    def _try_to_record(self, batch: Tensor) -> None:
        self._batch = batch
        try:
            with self._unchanged():
                self._repeat = self._record(lambda: self._step(batch))
        except RuntimeError as error:
            self._recordable = False
            _log.warning("The training step cannot be captured as a CUDA graph (%s); it goes on without.", error)


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
