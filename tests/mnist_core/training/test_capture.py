"""A captured step trains as the step does: tested with a recorder that repeats the function, as a CUDA graph does."""

import logging
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet, Digits
from mnist_core.training import networks
from mnist_core.training import trainer as training
from mnist_core.training.events import StepsTaken
from mnist_core.training.optimisers import set_learning_rate
from mnist_core.training.trainer import Trainer

CONFIGS = [
    TrainingConfig(epochs=2, batch_size=20),
    TrainingConfig(epochs=2, batch_size=20, optimiser="adam", learning_rate=0.001, rotation=10, shift=2, thickness=0.5),
    TrainingConfig(epochs=2, batch_size=20, network="cnn", optimiser="adam", schedule="one_cycle", distortion=1.5),
    TrainingConfig(epochs=2, batch_size=20, number_format="bfloat16"),
]
COUNT = 90
"""Images: four batches of 20 and one of 10 an epoch."""


def digits_of(embedded: DataSet) -> Digits:
    return embedded.train.take(np.arange(COUNT))


def record(function: Callable[[], Tensor]) -> Callable[[], Tensor]:
    """As with a CUDA graph, the function is called before, and each result replaces the one before."""
    result = function().clone()
    function()

    def repeat() -> Tensor:
        return result.copy_(function())

    return repeat


def new_trainer(config: TrainingConfig, digits: Digits) -> Trainer:
    return Trainer(networks.build_network(config), config, digits, digits)


def losses(trainer: Trainer) -> list[float]:
    return [loss for event in trainer.run() if isinstance(event, StepsTaken) for loss in event.losses]


@pytest.fixture
def captured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "recorder", lambda rng: record)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.summary)
def test_a_captured_step_trains_as_the_step_does(
    config: TrainingConfig, embedded: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = new_trainer(config, digits_of(embedded))
    expected = losses(plain)
    monkeypatch.setattr(training, "recorder", lambda rng: record)
    trainer = new_trainer(config, digits_of(embedded))

    assert losses(trainer) == expected

    assert len(expected) == config.epochs * 5
    for name, tensor in plain.state_dict()["model"].items():
        assert torch.equal(tensor, trainer.state_dict()["model"][name]), name


@pytest.mark.usefixtures("captured")
@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.summary)
def test_a_captured_training_that_was_left_goes_on_to_the_same_losses(
    config: TrainingConfig, embedded: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "REPORT_SECONDS", 0.0)
    whole = losses(new_trainer(config, digits_of(embedded)))
    left = new_trainer(config, digits_of(embedded))
    steps = (event for event in left.run() if isinstance(event, StepsTaken))
    before = [loss for _ in range(7) for loss in next(steps).losses]
    resumed = new_trainer(config, digits_of(embedded))
    resumed.load_state_dict(left.state_dict())

    assert before + losses(resumed) == whole


def test_a_step_that_cannot_be_captured_trains_all_the_same_and_the_log_says_so_once(
    embedded: DataSet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(function: Callable[[], Tensor]) -> Callable[[], Tensor]:
        function()
        raise RuntimeError("operation not permitted when stream is capturing")

    expected = losses(new_trainer(CONFIGS[1], digits_of(embedded)))
    monkeypatch.setattr(training, "recorder", lambda rng: fail)

    with caplog.at_level(logging.WARNING):
        assert losses(new_trainer(CONFIGS[1], digits_of(embedded))) == expected

    assert [record.message for record in caplog.records] == [
        "The training step cannot be captured as a CUDA graph (operation not permitted when stream is capturing); "
        "it goes on without."
    ]


def test_a_learning_rate_that_is_a_tensor_is_changed_in_place() -> None:
    """A CUDA graph reads it where it was when the step was captured."""
    rate, parameter = torch.tensor(0.5), torch.ones(1)
    optimiser = torch.optim.SGD([parameter], lr=rate)

    set_learning_rate(optimiser, 0.25)

    assert optimiser.param_groups[0]["lr"] is rate
    assert float(rate) == 0.25
