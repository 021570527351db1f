"""What a CUDA GPU computes is what a CPU would; run by `make gpu`, skipped where there is none."""

import io
import logging
from collections.abc import Callable

import numpy as np
import pytest
import torch

from mnist_core.config import PRESETS, TrainingConfig
from mnist_core.data import DataSet, Digits
from mnist_core.knn.blocks import Grid, block_features
from mnist_core.knn.search import ExactSearch
from mnist_core.training import networks
from mnist_core.training import trainer as training
from mnist_core.training.events import StepsTaken
from mnist_core.training.trainer import Trainer

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU")]

DEVICE = "cuda"
CONFIGS = [
    TrainingConfig(epochs=2),
    TrainingConfig(epochs=2, optimiser="adam", learning_rate=0.001, loss="cross_entropy", activation="gelu"),
    PRESETS["accurate"].model_copy(update={"rotation": 10.0, "shift": 2.0, "distortion": 1.5, "thickness": 0.5}),
    TrainingConfig(epochs=2, number_format="bfloat16"),
    PRESETS["accurate"].model_copy(update={"number_format": "bfloat16"}),
]
each_config = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.summary)


@pytest.fixture(scope="module")
def digits(embedded: DataSet) -> Digits:
    """Their number is no multiple of a batch, so that the last batch is smaller."""
    return embedded.train.take(np.arange(1_999))


def new_trainer(config: TrainingConfig, digits: Digits) -> Trainer:
    return Trainer(networks.build_network(config).to(DEVICE), config, digits, digits.take(np.arange(100)))


def losses(trainer: Trainer, then: dict[int, Callable[[], object]] | None = None) -> list[float]:
    """The losses of all steps; after the first event at or after a step for which there is one, something happens."""
    found, left = list[float](), dict(then or {})
    for event in trainer.run():
        if isinstance(event, StepsTaken):
            found += event.losses
        for step in [step for step in left if trainer.step >= step]:
            left.pop(step)()
    return found


def weights(trainer: Trainer) -> list[torch.Tensor]:
    return [tensor.cpu() for tensor in trainer.state_dict()["model"].values()]


@each_config
def test_a_captured_step_trains_as_the_step_does(
    config: TrainingConfig, digits: Digits, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        captured = losses(new_trainer(config, digits))
    assert not caplog.messages
    monkeypatch.setattr(training, "recorder", lambda rng: None)

    np.testing.assert_allclose(captured, losses(new_trainer(config, digits)), rtol=0.02)


@each_config
def test_two_trainings_end_with_the_same_weights(config: TrainingConfig, digits: Digits) -> None:
    one, other = new_trainer(config, digits), new_trainer(config, digits)

    assert losses(one) == losses(other)

    assert all(map(torch.equal, weights(one), weights(other)))


@each_config
def test_a_training_that_is_left_and_resumed_ends_with_the_same_weights(
    config: TrainingConfig, digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "REPORT_SECONDS", 0.0)
    whole, left, resumed = (new_trainer(config, digits) for _ in range(3))
    for event in left.run():
        if isinstance(event, StepsTaken) and left.step >= 5:
            break
    file = io.BytesIO()
    torch.save(left.state_dict(), file)
    file.seek(0)
    resumed.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))

    for trainer in (whole, resumed):
        losses(trainer)

    assert all(map(torch.equal, weights(whole), weights(resumed)))


def test_a_changed_learning_rate_and_one_more_epoch_reach_a_captured_step(
    digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "REPORT_SECONDS", 0.0)
    config = CONFIGS[0]
    trainer = new_trainer(config, digits)

    changed = losses(trainer, {5: lambda: trainer.set_learning_rate(0.0), 7: trainer.add_epoch})

    assert trainer.epoch == config.epochs + 1
    plain = losses(new_trainer(config, digits))
    assert changed[:5] == plain[:5]
    # With a learning rate of 0 the weights stay as they are.
    assert not np.allclose(changed[20:40], plain[20:40])


@pytest.mark.parametrize("grid", [Grid(5, 4), Grid(7, 7), Grid(14, 14)], ids=lambda grid: grid.name)
def test_neighbours_are_those_that_the_cpu_finds(grid: Grid, embedded: DataSet) -> None:
    references, queries = block_features(embedded.train.images, grid), block_features(embedded.test.images, grid)

    found, expected = (ExactSearch(references, device).nearest(queries, 25) for device in (DEVICE, "cpu"))

    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_array_equal(found[1], expected[1])
