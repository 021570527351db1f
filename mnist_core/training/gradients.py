"""Backpropagation: through a multi-layer perceptron written out, through any other network by autograd.

Written out, it gives the gradients that autograd gives, without its graph: two thirds of the time of a step for the
tutorial's network on two cores, where building and walking the graph takes as long as a third of the arithmetic.
After Rumelhart, Hinton and Williams, Learning representations by back-propagating errors (1986).
"""

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from mnist_core.config import Activation, Loss

CRITERIA: dict[Loss, Callable[[Tensor, Tensor], Tensor]] = {
    "mse": functional.mse_loss,
    "cross_entropy": functional.cross_entropy,
}
"""The mean loss of outputs (n, 10), for targets (n, 10) that are shares of each digit."""
_aten = torch.ops.aten
# What goes back through an activation, from what comes back to it, what went into it and what came out of it.
_BACKWARD: dict[Activation, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "relu": lambda error, _, output: _aten.threshold_backward(error, output, 0),
    "tanh": lambda error, _, output: _aten.tanh_backward(error, output),
    "sigmoid": lambda error, _, output: _aten.sigmoid_backward(error, output),
    "gelu": lambda error, entered, _: _aten.gelu_backward(error, entered),
}


class Backpropagation:
    """Computes the loss of a batch and leaves the gradient of each of its `parameters` in `grad`.

    `model` alternates linear layers with one kind of activation and ends with a linear layer, as `models.build` has it.
    `parameters` are the model's own, seen as they lie in memory; what changes them changes the model.
    """

    def __init__(self, model: nn.Sequential, activation: Activation, loss: Loss) -> None:
        self._activations = list(model[1::2])
        self._backward = _BACKWARD[activation]
        self._loss = loss
        self._weights, self._biases = list[Tensor](), list[Tensor]()
        for layer in (cast(nn.Linear, module) for module in model[::2]):
            # Weights lie by input, not by output: the product that gives their gradient then takes half the time.
            weight, bias = layer.weight.data.t().contiguous(), layer.bias.data
            layer.weight.data = weight.t()
            self._weights.append(weight)
            self._biases.append(bias)
        self.parameters = self._weights + self._biases
        for parameter in self.parameters:
            parameter.grad = torch.zeros_like(parameter)

    @torch.no_grad()
    def __call__(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """The mean loss of `inputs` (n, 784) float32; `targets` are (n, 10) shares of each digit."""
        entered, outputs = [], [inputs]
        for weight, bias, activation in zip(self._weights, self._biases, self._activations, strict=False):
            entered.append(torch.addmm(bias, outputs[-1], weight))
            outputs.append(activation(entered[-1]))
        loss, error = self._start(torch.addmm(self._biases[-1], outputs[-1], self._weights[-1]), targets)
        for layer in range(len(self._weights) - 1, -1, -1):
            torch.sum(error, 0, out=self._biases[layer].grad)
            torch.mm(outputs[layer].t(), error, out=self._weights[layer].grad)
            if layer:
                error = self._backward(torch.mm(error, self._weights[layer].t()), entered[layer - 1], outputs[layer])
        return loss

    def _start(self, outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """The loss, and its derivative by each output."""
        if self._loss == "mse":
            error = outputs - targets
            # Row by row, so that the sum is the same with any number of threads.
            return error.square().mean(dim=1).mean(), error.mul_(2 / outputs.numel())
        logarithms = outputs.log_softmax(dim=1)
        return -(targets * logarithms).sum(dim=1).mean(), logarithms.exp_().sub_(targets).div_(len(targets))


class Autograd:
    """The same for any network, by PyTorch's autograd."""

    def __init__(self, model: nn.Module, loss: Loss) -> None:
        self._model = model
        self._loss = CRITERIA[loss]
        self.parameters: list[Tensor] = list(model.parameters())

    def __call__(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """The mean loss of `inputs` (n, 784) float32; `targets` are (n, 10) shares of each digit."""
        for parameter in self.parameters:
            parameter.grad = None
        loss: Tensor = self._loss(self._model(inputs), targets)
        loss.backward()
        return loss.detach()
