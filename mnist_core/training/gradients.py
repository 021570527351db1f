"""Backpropagation: written out for a multi-layer perceptron in float32, by autograd for any other network.

Written out, it gives autograd's gradients without building and walking a graph, which takes as long as a third of the
arithmetic: a step of the tutorial's network takes two thirds of the time on two cores.
"""

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn

from mnist_core.config.training_config import Activation, Loss, TrainingConfig
from mnist_core.training.half_batches import HalfBatches
from mnist_core.training.networks import LOSSES

_aten = torch.ops.aten
_ACTIVATION_GRADIENTS: dict[Activation, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "relu": lambda gradient, _, output: _aten.threshold_backward(gradient, output, 0),
    "tanh": lambda gradient, _, output: _aten.tanh_backward(gradient, output),
    "sigmoid": lambda gradient, _, output: _aten.sigmoid_backward(gradient, output),
    "gelu": lambda gradient, input_, _: _aten.gelu_backward(gradient, input_),
}
"""g * f'(z), from the gradient g by the output f(z) of an activation, its input z and its output f(z)."""


def backpropagation(model: nn.Sequential, config: TrainingConfig) -> "_WrittenOut | _Autograd":
    r"""A step before the optimiser's part of it, for a model that `build_network` built for this configuration.

    Called with inputs (n, 784) and target shares of the ten digits (n, 10), both float32, it returns the mean loss, a
    scalar, and sets the `grad` of each of the `parameters` to the gradient of that loss: the model's own parameters, as
    they lie in memory.

    A multi-layer perceptron computes, from its inputs a_0 = x (n, 784), for its layers l = 1 ... L

        z_l = a_(l-1) W_l + b_l        and, but for the last,        a_l = f(z_l)

    and its loss C from the outputs z_L (n, 10) and the targets t. With d_l = dC/dz_l the chain rule gives, last first,

        dC/dW_l = a_(l-1)^T d_l        dC/db_l = the sum of d_l over the n images
        d_(l-1) = (d_l W_l^T) * f'(z_(l-1)),  element by element

    It starts from the derivative of the loss by the outputs. For squared error, C = sum((z_L - t)^2) / 10n:

        d_L = 2 (z_L - t) / 10n

    For cross-entropy, C = -sum(t log softmax(z_L)) / n, where each row of t sums to 1:

        d_L = (softmax(z_L) - t) / n

    After Rumelhart, Hinton and Williams, Learning representations by back-propagating errors (1986).
    """
    written_out = config.network == "mlp" and config.number_format == "float32"
    return _WrittenOut(model, config) if written_out else _Autograd(model, config)


class _WrittenOut:
    """Its names: `layer_inputs` are the a_l, `sums` the z_l and `error` is d_l."""

    def __init__(self, model: nn.Sequential, config: TrainingConfig) -> None:
        self._activations = list(model[1::2])
        self._activation_gradient = _ACTIVATION_GRADIENTS[config.activation]
        self._loss = config.loss
        self._weights, self._biases = list[Tensor](), list[Tensor]()
        for layer in cast(list[nn.Linear], model[::2]):
            # Weights lie by input, not by output: the product that gives their gradient then takes half the time.
            weight, bias = layer.weight.data.t().contiguous(), layer.bias.data
            layer.weight.data = weight.t()
            self._weights.append(weight)
            self._biases.append(bias)
        self.parameters = self._weights + self._biases
        for parameter in self.parameters:
            parameter.grad = torch.zeros_like(parameter)

    def __call__(self, inputs: Tensor, targets: Tensor) -> Tensor:
        layer_inputs, sums = [inputs], list[Tensor]()
        for weight, bias, activation in zip(self._weights[:-1], self._biases[:-1], self._activations, strict=True):
            sums.append(torch.addmm(bias, layer_inputs[-1], weight))
            layer_inputs.append(activation(sums[-1]))
        outputs = torch.addmm(self._biases[-1], layer_inputs[-1], self._weights[-1])
        loss, error = _loss_and_error(self._loss, outputs, targets)
        for layer in reversed(range(len(self._weights))):
            weight, bias, layer_input = self._weights[layer], self._biases[layer], layer_inputs.pop()
            torch.sum(error, 0, out=bias.grad)
            torch.mm(layer_input.t(), error, out=weight.grad)
            if layer:
                error = self._activation_gradient(torch.mm(error, weight.t()), sums.pop(), layer_input)
        return loss


def _loss_and_error(loss: Loss, outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    if loss == "mse":
        error = outputs - targets
        # Row by row, so that the sum is the same with any number of threads.
        return error.square().mean(dim=1).mean(), error.mul_(2 / outputs.numel())
    logarithms = outputs.log_softmax(dim=1)
    return -(targets * logarithms).sum(dim=1).mean(), logarithms.exp_().sub_(targets).div_(len(targets))


class _Autograd:
    def __init__(self, model: nn.Sequential, config: TrainingConfig) -> None:
        self._model, self._criterion = model, LOSSES[config.loss]
        self._low_precision = config.number_format == "bfloat16"
        self.parameters: list[Tensor] = list(model.parameters())
        halved = not self._low_precision and self.parameters[0].device.type == "cpu"
        self._half_batches = HalfBatches(model, self._criterion) if halved else None

    def __call__(self, inputs: Tensor, targets: Tensor) -> Tensor:
        if self._half_batches is not None and torch.get_num_threads() > 1 and len(inputs) > 1:
            return self._half_batches(inputs, targets)
        for parameter in self.parameters:
            parameter.grad = None
        # Without a cache of converted weights, which a captured step would read when they have changed.
        with torch.autocast(inputs.device.type, torch.bfloat16, self._low_precision, cache_enabled=False):
            loss = self._criterion(self._model(inputs), targets)
        loss.backward()
        return loss.detach()
