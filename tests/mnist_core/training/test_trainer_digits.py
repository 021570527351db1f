"""Besides the data set, a network is trained on drawn digits, on shapes that are none, and on one's own digits.

They count as training images in each epoch, and nothing is measured on them.
"""

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import mse_loss

from mnist_core.config.training_config import Loss, Network, TrainingConfig
from mnist_core.data import DataSet, Digits, synthetic
from mnist_core.training import networks
from mnist_core.training.events import EpochEnd, StepsTaken, TrainingEvent
from mnist_core.training.trainer import Trainer

NONE = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))


@pytest.fixture(scope="module")
def digits(embedded: DataSet) -> Digits:
    return embedded.train.take(np.arange(500))


def noise(count: int, label: int) -> Digits:
    """Images that no network reads by itself as that label."""
    images = np.random.default_rng(0).integers(0, 256, (count, 28, 28)).astype(np.uint8)
    return Digits(images, np.full(count, label, np.uint8))


def trained(
    config: TrainingConfig, digits: Digits, validation: Digits = NONE, own: Digits | None = None
) -> tuple[torch.nn.Sequential, list[TrainingEvent]]:
    model = networks.build_network(config)
    return model, list(Trainer(model, config, digits, validation, own).run())


def losses(config: TrainingConfig, digits: Digits, own: Digits | None = None) -> list[float]:
    events = trained(config, digits, own=own)[1]
    return [loss for event in events if isinstance(event, StepsTaken) for loss in event.losses]


def test_all_of_them_are_seen_once_in_each_epoch(digits: Digits) -> None:
    config = TrainingConfig(epochs=2, batch_size=10, synthetic_digits=13, non_digits=7)

    trainer = Trainer(networks.build_network(config), config, digits.take(np.arange(20)), NONE, noise(5, 1))

    assert trainer.total_steps == 2 * 5  # 45 images are four batches of 10 and one of 5
    events = list(trainer.run())
    assert (trainer.step, trainer.images_seen) == (10, 90)
    assert sum(len(event.losses) for event in events if isinstance(event, StepsTaken)) == 10


def test_drawn_digits_are_trained_on_like_digits_of_the_data_set(digits: Digits) -> None:
    plain = TrainingConfig(epochs=1, seed=6)

    with_drawn = losses(plain.model_copy(update={"synthetic_digits": 50}), digits)

    assert with_drawn == losses(plain, digits.joined(synthetic.generate_digits(50, seed=6)))


def test_own_digits_are_trained_on_like_digits_of_the_data_set(digits: Digits) -> None:
    config, own = TrainingConfig(epochs=1), noise(50, 3)

    assert losses(config, digits, own) == losses(config, digits.joined(own))


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_of_a_shape_that_is_no_digit_each_digit_is_to_have_a_tenth(
    network: Network, loss: Loss, digits: Digits
) -> None:
    config = TrainingConfig(network=network, loss=loss, epochs=1, batch_size=64, non_digits=24, seed=2)
    few = digits.take(np.arange(40))

    (first,) = losses(config, few)

    model = networks.build_network(config).train()
    images = np.concatenate([few.images, synthetic.generate_non_digits(24, seed=2).images])
    outputs = model(networks.to_inputs(torch.tensor(images)))
    targets = torch.cat([torch.eye(10)[few.labels.astype(np.int64)], torch.full((24, 10), 0.1)])
    if loss == "mse":
        expected = mse_loss(outputs, targets)
    else:
        expected = -(targets * outputs.log_softmax(dim=1)).sum(dim=1).mean()
    assert first == pytest.approx(expected.item(), abs=1e-4)


def test_a_network_that_saw_shapes_that_are_no_digits_is_less_sure_of_others(embedded: DataSet) -> None:
    digits, strange = embedded.train.take(np.arange(800)), synthetic.generate_non_digits(60, seed=99).images
    config = TrainingConfig(hidden_sizes=(64,), loss="cross_entropy", optimiser="adam", learning_rate=0.001, epochs=4)

    sure = [
        networks.probabilities(trained(config.model_copy(update=changes), digits)[0], "cross_entropy", strange).max(1)
        for changes in ({}, {"non_digits": 200})
    ]

    assert sure[1].mean() < sure[0].mean() - 0.1


def test_own_digits_are_learnt(digits: Digits) -> None:
    config = TrainingConfig(epochs=3, optimiser="adam", learning_rate=0.001)
    own = noise(5, 3)
    often = own.take(np.arange(50) % 5)

    answers = [
        networks.outputs(trained(config, digits, own=learnt)[0], own.images).argmax(1) for learnt in (None, often)
    ]

    assert (answers[0] == 3).float().mean() < 0.5
    assert bool((answers[1] == 3).all())


@pytest.mark.parametrize(
    "changes", [{"synthetic_digits": 20}, {"non_digits": 20}, {}], ids=["drawn", "non-digits", "own digits"]
)
def test_an_epochs_values_are_measured_on_the_data_set_only(
    changes: dict[str, Any], digits: Digits, embedded: DataSet
) -> None:
    config = TrainingConfig(epochs=1, **changes)
    own = None if changes else noise(100, 3)

    model, (*_, last) = trained(config, digits, embedded.test, own)

    assert isinstance(last, EpochEnd)
    for part, accuracy in ((digits, last.training_accuracy), (embedded.test, last.validation_accuracy)):
        assert accuracy == (networks.outputs(model, part.images).argmax(1).numpy() == part.labels).mean()


def test_a_training_with_all_of_them_that_was_left_goes_on_to_the_same_weights(digits: Digits) -> None:
    config, own = TrainingConfig(epochs=2, synthetic_digits=30, non_digits=20, rotation=10, distortion=2), noise(10, 3)
    whole, _ = trained(config, digits, own=own)

    left = Trainer(networks.build_network(config), config, digits, NONE, own)
    for event in left.run():
        if isinstance(event, EpochEnd):
            state = left.state_dict()
            break
    model = networks.build_network(config.model_copy(update={"seed": 9}))
    again = Trainer(model, config, digits, NONE, own)
    again.load_state_dict(state)
    list(again.run())

    assert again.step == 2 * 9
    for one, other in zip(whole.parameters(), model.parameters(), strict=True):
        assert torch.equal(one, other)
