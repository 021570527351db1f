"""Backpropagation gives autograd's loss and gradients, whatever the network, the activation and the loss."""

from typing import get_args

import pytest
import torch
from torch.nn import functional

from mnist_core.config.training_config import Activation, Loss, TrainingConfig
from mnist_core.training import networks
from mnist_core.training.gradients import backpropagation

NETWORKS = [
    *(TrainingConfig(hidden_sizes=sizes) for sizes in [(), (16,), (256, 64), (8, 8, 8, 8, 8)]),
    TrainingConfig(network="cnn", hidden_sizes=(8,)),
]
INPUTS = torch.randn(64, 784, generator=torch.Generator().manual_seed(7))
LABELS = torch.randint(10, (64,), generator=torch.Generator().manual_seed(8))
ONE_HOT = functional.one_hot(LABELS, 10).float()


@pytest.mark.parametrize("loss", get_args(Loss))
@pytest.mark.parametrize("activation", get_args(Activation))
@pytest.mark.parametrize(
    "network", NETWORKS, ids=["logistic regression", "one layer", "tutorial", "five layers", "cnn"]
)
def test_loss_and_gradients_equal_those_of_autograd(
    network: TrainingConfig, activation: Activation, loss: Loss
) -> None:
    config = network.model_copy(update={"activation": activation, "loss": loss})
    reference = networks.build_network(config)
    outputs = reference(INPUTS)
    expected = functional.mse_loss(outputs, ONE_HOT) if loss == "mse" else functional.cross_entropy(outputs, LABELS)
    expected.backward()

    computed = backpropagation(networks.build_network(config), config)
    value = computed(INPUTS, ONE_HOT)

    torch.testing.assert_close(value, expected.detach())
    if config.network == "mlp":
        # Weights come first, by input, then the biases.
        layers = reference[::2]
        ordered = [layer.weight.grad.t() for layer in layers] + [layer.bias.grad for layer in layers]
    else:
        ordered = [parameter.grad for parameter in reference.parameters()]
    for parameter, gradient in zip(computed.parameters, ordered, strict=True):
        torch.testing.assert_close(parameter.grad, gradient)


@pytest.mark.parametrize("config", NETWORKS[1:], ids=["one layer", "tutorial", "five layers", "cnn"])
def test_each_batch_leaves_its_own_gradients_and_not_the_sum_of_all(config: TrainingConfig) -> None:
    once, twice = (backpropagation(networks.build_network(config), config) for _ in range(2))

    for computed, batches in ((once, [INPUTS]), (twice, [2 * INPUTS, INPUTS])):
        for batch in batches:
            computed(batch, ONE_HOT)

    for parameter, other in zip(once.parameters, twice.parameters, strict=True):
        torch.testing.assert_close(parameter.grad, other.grad)


@pytest.mark.parametrize("loss", get_args(Loss))
def test_targets_may_be_any_shares_of_the_digits(loss: Loss) -> None:
    config = TrainingConfig(hidden_sizes=(16,), loss=loss)
    shares = torch.full((64, 10), 0.1)
    outputs = networks.build_network(config)(INPUTS)
    expected = (outputs - 0.1).square().mean() if loss == "mse" else -outputs.log_softmax(dim=1).mean(dim=1).mean()

    value = backpropagation(networks.build_network(config), config)(INPUTS, shares)

    torch.testing.assert_close(value, expected.detach())


@pytest.mark.parametrize("config", NETWORKS[1:], ids=["one layer", "tutorial", "five layers", "cnn"])
def test_what_changes_the_parameters_changes_the_model(config: TrainingConfig) -> None:
    model = networks.build_network(config)
    before = model(torch.ones(2, 784))

    for parameter in backpropagation(model, config).parameters:
        parameter.data.mul_(0)

    assert before.abs().sum() > 0
    assert model(torch.ones(2, 784)).abs().sum() == 0
