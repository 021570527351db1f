"""Two threads that take half of a batch each compute what one computes with all of it."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from mnist_core.config import TrainingConfig
from mnist_core.config.training_config import Network
from mnist_core.data import DataSet
from mnist_core.training import networks
from mnist_core.training.gradients import backpropagation
from mnist_core.training.half_batches import HalfBatches
from mnist_core.training.trainer import Trainer

CNN = TrainingConfig(network="cnn", hidden_sizes=(8,), loss="cross_entropy", optimiser="adam", learning_rate=0.001)


@pytest.fixture(autouse=True)
def two_threads(use_threads: Callable[[int], None]) -> None:
    use_threads(2)


def batch_of(images: int) -> tuple[Tensor, Tensor]:
    """Inputs far from zero, with one-hot labels."""
    rng = torch.Generator().manual_seed(images)
    return 3 + torch.randn(images, 784, generator=rng), torch.eye(10)[torch.randint(10, (images,), generator=rng)]


@pytest.mark.parametrize("network", ["cnn", "deep_cnn"])
@pytest.mark.parametrize("images", [64, 7, 2, 1])
def test_loss_gradients_and_running_statistics_are_those_of_the_whole_batch(network: Network, images: int) -> None:
    config = CNN.model_copy(update={"network": network})
    inputs, targets = batch_of(images)
    halved, whole = networks.build_network(config), networks.build_network(config).double()

    loss = backpropagation(halved, config)(inputs, targets)

    expected = functional.cross_entropy(whole(inputs.double()), targets.double())
    expected.backward()
    torch.testing.assert_close(loss.double(), expected.detach(), rtol=0, atol=1e-6)
    for parameter, other in zip(halved.parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(parameter.grad.double(), other.grad, rtol=1e-3, atol=1e-5)
    for name, value in halved.named_buffers():
        torch.testing.assert_close(value.double(), whole.get_buffer(name).double(), rtol=1e-5, atol=1e-6)


def test_with_several_threads_halves_are_what_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    halved = list[int]()
    monkeypatch.setattr(HalfBatches, "__call__", lambda _, inputs, __: halved.append(len(inputs)))
    train = backpropagation(networks.build_network(CNN), CNN)

    train(*batch_of(6))
    torch.set_num_threads(1)
    train(*batch_of(8))

    assert halved == [6]


def test_a_training_that_is_left_and_resumed_ends_with_the_same_bits(embedded: DataSet) -> None:
    digits = embedded.train.take(np.arange(100))
    config = CNN.model_copy(update={"batch_size": 15, "epochs": 2})
    whole, left, resumed = (
        Trainer(networks.build_network(config), config, digits, digits.take(np.arange(0))) for _ in range(3)
    )

    for _ in whole.run():
        pass
    next(iter(left.run()))
    resumed.load_state_dict(left.state_dict())
    for _ in resumed.run():
        pass

    assert 0 < left.step < whole.step
    for name, weights in whole.state_dict()["model"].items():
        assert torch.equal(weights, resumed.state_dict()["model"][name]), name


def test_an_error_of_one_half_is_raised_and_the_next_batch_is_not_affected() -> None:
    def criterion(outputs: Tensor, targets: Tensor) -> Tensor:
        if len(outputs) == 3:
            raise RuntimeError("not enough memory")
        return functional.cross_entropy(outputs, targets)

    halves = HalfBatches(networks.build_network(CNN), criterion)

    with pytest.raises(RuntimeError, match="not enough memory"):
        halves(*batch_of(7))  # of four and three
    assert halves(*batch_of(8)).isfinite()
