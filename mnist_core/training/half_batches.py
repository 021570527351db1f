"""Backpropagation in which two threads take half of a batch each, from the images to the gradients.

PyTorch's own threads share the work of each layer and wait for each other after it, some forty times a step: beside
other programs, whenever one of them has to wait for a core, both do. Halves wait for each other only where batch
normalisation needs the mean and variance of all images, as with synchronised batch normalisation on several GPUs.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, cast

import torch
from torch import Tensor, nn

_aten = torch.ops.aten


class HalfBatches:
    """Backpropagation through the layers of `model`, one after the other, for a `criterion` that is a mean."""

    def __init__(self, model: nn.Sequential, criterion: Callable[[Tensor, Tensor], Tensor]) -> None:
        self._layers, self._parameters, self._criterion = list(model), list(model.parameters()), criterion
        self._other_thread = ThreadPoolExecutor(1)

    def __call__(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """Set the gradients for inputs (n, 784) and target shares (n, 10), both float32, and return the loss, a scalar.

        `n` is two or more, and so is the number of PyTorch's threads, which are shared out to the halves.
        """
        threads, boxes = torch.get_num_threads(), (SimpleQueue[Any](), SimpleQueue[Any]())
        first, second = (
            _Half(*part, len(inputs))
            for part in zip(inputs.chunk(2), targets.chunk(2), boxes, reversed(boxes), (True, False), strict=True)
        )
        of_second = self._other_thread.submit(self._loss_and_gradients, second, threads // 2)
        try:
            loss, gradients = self._loss_and_gradients(first, threads - threads // 2)
            other_loss, other_gradients = of_second.result()
        finally:
            torch.set_num_threads(threads)
        for parameter, gradient, other in zip(self._parameters, gradients, other_gradients, strict=True):
            parameter.grad = gradient.add_(other)
        return loss + other_loss

    def _loss_and_gradients(self, half: "_Half", threads: int) -> tuple[Tensor, tuple[Tensor, ...]]:
        """What the half adds to the mean loss of the batch, and to its gradients."""
        try:
            torch.set_num_threads(threads)  # each thread has a number of its own
            values = half.inputs
            for layer in self._layers:
                if isinstance(layer, nn.BatchNorm2d):
                    values = _BatchNorm.apply(values, layer.weight, layer.bias, layer, half)
                else:
                    values = layer(values)
            loss = self._criterion(values, half.targets) * half.share
            return loss.detach(), torch.autograd.grad(loss, self._parameters)
        except BaseException as error:
            half.outbox.put(error)  # else the other half waits for ever
            raise


@dataclass(frozen=True)
class _Half:
    """Half of a batch of so many `images`, and how its thread hears from that of the other half."""

    inputs: Tensor
    targets: Tensor
    inbox: SimpleQueue[Any]
    outbox: SimpleQueue[Any]
    first: bool
    images: int

    @property
    def share(self) -> float:
        """How much of the batch it is."""
        return len(self.inputs) / self.images

    @property
    def other_share(self) -> float:
        return (self.images - len(self.inputs)) / self.images

    def exchange(self, *own: Tensor) -> tuple[Tensor, ...]:
        """What the other half has in place of these; raises its error where it failed."""
        self.outbox.put(own)
        others: tuple[Tensor, ...] | BaseException = self.inbox.get()
        if isinstance(others, BaseException):
            raise others
        return others


class _BatchNorm(torch.autograd.Function):
    """Normalises half of a batch by the mean and variance of all of it, which are bit for bit the same in both halves.

    After Ioffe and Szegedy, Batch normalization (2015). Variances are joined after Chan, Golub and LeVeque, Updating
    formulae and a pairwise algorithm for computing sample variances (1979).
    """

    @staticmethod
    def forward(ctx: Any, values: Tensor, weight: Tensor, bias: Tensor, layer: nn.BatchNorm2d, half: _Half) -> Tensor:
        own_mean, own_variance = _aten.batch_norm_update_stats(values, None, None, 0.0)
        other_mean, other_variance = half.exchange(own_mean, own_variance)
        share, other_share = half.share, half.other_share
        mean = share * own_mean + other_share * other_mean
        variance = share * own_variance + other_share * other_variance
        variance += share * other_share * (own_mean - other_mean).square()
        count = half.images * values[0, 0].numel()
        if half.first:
            _update_running_statistics(layer, mean, variance * count / max(1, count - 1))
        ctx.half, ctx.count, ctx.epsilon = half, count, layer.eps
        ctx.save_for_backward(values, weight, mean, (variance + layer.eps).rsqrt())
        normalised: Tensor = _aten.native_batch_norm(values, weight, bias, mean, variance, False, 0.0, layer.eps)[0]
        return normalised

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        [by_output], (values, weight, mean, inverse_deviation) = gradients, ctx.saved_tensors
        _, *own = _aten.native_batch_norm_backward(
            by_output, values, weight, None, None, mean, inverse_deviation, True, ctx.epsilon, [False, True, True]
        )
        by_weight, by_bias = (mine + other for mine, other in zip(own, ctx.half.exchange(*own), strict=True))
        # A value changes what becomes of it, and the mean and variance of all values of its channel.
        scale = weight * inverse_deviation
        slope = -scale * inverse_deviation * by_weight / ctx.count
        offset = -scale * by_bias / ctx.count - slope * mean
        scale, slope, offset = (factor.view(1, -1, 1, 1) for factor in (scale, slope, offset))
        return offset.addcmul(by_output, scale).addcmul_(values, slope), *own, None, None


def _update_running_statistics(layer: nn.BatchNorm2d, mean: Tensor, variance: Tensor) -> None:
    momentum = cast(float, layer.momentum)
    layer.get_buffer("running_mean").lerp_(mean, momentum)
    layer.get_buffer("running_var").lerp_(variance, momentum)
    layer.get_buffer("num_batches_tracked").add_(1)
