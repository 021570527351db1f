"""The gradients written out are autograd's, and both kinds of backpropagation leave them in the same place."""

from typing import get_args

import pytest
import torch
from torch.nn import functional

from mnist_core.config import Activation, Loss, TrainingConfig
from mnist_core.training import networks
from mnist_core.training.gradients import Autograd, Backpropagation

CASES = [(activation, loss) for activation in get_args(Activation) for loss in get_args(Loss)]


@pytest.mark.parametrize(("activation", "loss"), CASES)
@pytest.mark.parametrize("hidden_sizes", [(), (16,), (256, 64), (8, 8, 8, 8, 8)])
def test_loss_and_gradients_equal_those_of_autograd(
    hidden_sizes: tuple[int, ...], activation: Activation, loss: Loss
) -> None:
    config = TrainingConfig(hidden_sizes=hidden_sizes, activation=activation, loss=loss)
    generator = torch.Generator().manual_seed(7)
    inputs = torch.randn(64, 784, generator=generator)
    labels = torch.randint(10, (64,), generator=generator)
    targets = functional.one_hot(labels, 10).float()
    reference = networks.build_network(config)
    outputs = reference(inputs)
    expected = functional.mse_loss(outputs, targets) if loss == "mse" else functional.cross_entropy(outputs, labels)
    expected.backward()

    model = networks.build_network(config)
    backpropagate = Backpropagation(model, activation, loss)
    found = backpropagate(inputs, targets)

    torch.testing.assert_close(found, expected.detach())
    weights = [layer.weight.grad.t() for layer in reference[::2]]
    biases = [layer.bias.grad for layer in reference[::2]]
    for parameter, gradient in zip(backpropagate.parameters, weights + biases, strict=True):
        torch.testing.assert_close(parameter.grad, gradient)


@pytest.mark.parametrize("loss", get_args(Loss))
def test_by_autograd_each_batch_leaves_its_own_gradients_and_not_the_sum_of_all(loss: Loss) -> None:
    model = networks.build_network(TrainingConfig(hidden_sizes=(16,), loss=loss))
    inputs, targets = torch.randn(8, 784, generator=torch.Generator().manual_seed(7)), torch.eye(10)[:8]
    automatic = Autograd(model, loss)
    automatic(2 * inputs, targets)
    value = automatic(inputs, targets)
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]

    again = networks.build_network(TrainingConfig(hidden_sizes=(16,), loss=loss))
    written_out = Backpropagation(again, "relu", loss)

    torch.testing.assert_close(value, written_out(inputs, targets))
    weights, biases = written_out.parameters[:2], written_out.parameters[2:]
    expected = [gradient for pair in zip(weights, biases, strict=True) for gradient in pair]
    for found, parameter in zip(gradients, expected, strict=True):
        assert parameter.grad is not None
        torch.testing.assert_close(found, parameter.grad.t() if parameter.dim() == 2 else parameter.grad)


def test_what_changes_the_parameters_changes_the_model() -> None:
    model = networks.build_network(TrainingConfig())
    before = model(torch.ones(1, 784))

    for parameter in Backpropagation(model, "relu", "mse").parameters:
        parameter.mul_(0)

    assert before.abs().sum() > 0
    assert model(torch.ones(1, 784)).abs().sum() == 0
