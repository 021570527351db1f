"""Training learns, repeats exactly, reports every step once, and is the plain PyTorch loop that it claims to be."""

import numpy as np
import pytest
import torch
from torch import Tensor

from mnist_core import DigitLabError, models, training
from mnist_core.config import Loss, Optimiser, TrainingConfig
from mnist_core.data import MEAN, STD, DataSet, Digits

NONE = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))


def first(digits: Digits, count: int) -> Digits:
    return digits.take(np.arange(count))


def events(config: TrainingConfig, digits: Digits, validation: Digits = NONE) -> list[training.Event]:
    return list(training.train(models.build(config), config, digits, validation))


def losses(found: list[training.Event]) -> list[float]:
    return [loss for event in found if isinstance(event, training.Steps) for loss in event.losses]


def epochs(found: list[training.Event]) -> list[training.Epoch]:
    return [event for event in found if isinstance(event, training.Epoch)]


def plain_losses(config: TrainingConfig, digits: Digits) -> list[float]:
    """The textbook loop, one optimiser step a batch, written without anything of `training`."""
    model = models.build(config)
    inputs = torch.tensor((digits.images.reshape(-1, 784) / 255 - MEAN) / STD, dtype=torch.float32)
    labels = torch.tensor(digits.labels.astype(np.int64))
    parameters = list(model.parameters())
    optimiser: torch.optim.Optimizer
    if config.optimiser == "adam":
        optimiser = torch.optim.Adam(parameters, lr=config.learning_rate, weight_decay=config.weight_decay)
    else:
        optimiser = torch.optim.SGD(
            parameters, lr=config.learning_rate, momentum=config.momentum, weight_decay=config.weight_decay
        )
    order, found = torch.Generator().manual_seed(config.seed), []
    for _ in range(config.epochs):
        shuffled = torch.randperm(len(labels), generator=order)
        for start in range(0, len(labels), config.batch_size):
            batch = shuffled[start : start + config.batch_size]
            outputs: Tensor = model(inputs[batch])
            if config.loss == "mse":
                loss = ((outputs - torch.eye(10)[labels[batch]]) ** 2).mean()
            else:
                loss = -outputs.log_softmax(dim=1)[torch.arange(len(batch)), labels[batch]].mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            found.append(loss.item())
    return found


@pytest.mark.parametrize(
    ("loss", "optimiser", "learning_rate", "weight_decay"),
    [("mse", "sgd", 0.01, 0.0), ("mse", "sgd", 0.01, 0.1), ("cross_entropy", "adam", 0.001, 0.01)],
)
def test_losses_are_those_of_a_plain_pytorch_loop(
    loss: Loss, optimiser: Optimiser, learning_rate: float, weight_decay: float, embedded: DataSet
) -> None:
    config = TrainingConfig(
        loss=loss, optimiser=optimiser, learning_rate=learning_rate, weight_decay=weight_decay, epochs=2, seed=5
    )
    digits = first(embedded.train, 1_000)  # 1,000 images are 15 batches of 64 and one of 40

    np.testing.assert_allclose(losses(events(config, digits)), plain_losses(config, digits), rtol=0, atol=1e-5)


def test_the_loss_falls_from_epoch_to_epoch_to_far_below_that_of_guessing(embedded: DataSet) -> None:
    first_loss, second, third = (event.training_loss for event in epochs(events(TrainingConfig(), embedded.train)))

    assert first_loss > second > third
    assert third < 0.09 / 2  # always answering 0.1 for each digit costs 0.09


def test_the_same_seed_gives_exactly_the_same_losses_and_another_seed_others(embedded: DataSet) -> None:
    digits = first(embedded.train, 1_000)

    one, again, other = (losses(events(TrainingConfig(epochs=2, seed=seed), digits)) for seed in (4, 4, 5))

    assert one == again
    assert one != other


@pytest.mark.parametrize("report_seconds", [0.0, 0.2, 3600.0], ids=["every step", "default", "once an epoch"])
def test_steps_number_every_step_once_and_count_every_image(
    report_seconds: float, embedded: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "REPORT_SECONDS", report_seconds)
    found = events(TrainingConfig(epochs=3, batch_size=30), first(embedded.train, 100))

    steps = [event for event in found if isinstance(event, training.Steps)]
    assert [number for event in steps for number in event.numbers] == list(range(1, 13))
    assert steps[-1].last == len(losses(found)) == 3 * training.steps_per_epoch(TrainingConfig(batch_size=30), 100)
    assert steps[-1].images == 300


def test_one_epoch_event_follows_the_steps_of_each_epoch(embedded: DataSet) -> None:
    found = events(TrainingConfig(epochs=3, batch_size=30), first(embedded.train, 100))

    ends = [index for index, event in enumerate(found) if isinstance(event, training.Epoch)]
    assert [event.number for event in epochs(found)] == [1, 2, 3]
    assert [len(losses(found[:end])) for end in ends] == [4, 8, 12]
    assert ends[-1] == len(found) - 1


def test_the_training_loss_of_an_epoch_is_the_mean_over_its_steps(embedded: DataSet) -> None:
    found = events(TrainingConfig(epochs=2, batch_size=30), first(embedded.train, 100))

    by_epoch = np.array(losses(found)).reshape(2, 4).mean(axis=1)
    np.testing.assert_allclose([epoch.training_loss for epoch in epochs(found)], by_epoch)


def test_validation_accuracy_is_there_only_where_there_are_validation_images(embedded: DataSet) -> None:
    config, digits = TrainingConfig(epochs=2), first(embedded.train, 500)

    without = epochs(events(config, digits))
    with_some = epochs(events(config, digits, first(embedded.test, 100)))

    assert [epoch.validation_accuracy for epoch in without] == [None, None]
    assert without[0].values().keys() == {"training_loss"}
    assert all(0 < (epoch.validation_accuracy or 0) <= 1 for epoch in with_some)
    assert with_some[0].values().keys() == {"training_loss", "validation_accuracy"}


def test_validation_accuracy_is_the_share_read_correctly_by_the_network_of_that_moment(embedded: DataSet) -> None:
    config = TrainingConfig(epochs=1)
    model = models.build(config)

    *_, last = training.train(model, config, embedded.train, embedded.test)

    answers = models.probabilities(model, config.loss, embedded.test.images).argmax(axis=1)
    assert isinstance(last, training.Epoch)
    assert last.validation_accuracy == (answers == embedded.test.labels).mean()


def test_validation_images_change_nothing_in_the_training(embedded: DataSet) -> None:
    config, digits = TrainingConfig(epochs=2), first(embedded.train, 500)

    assert losses(events(config, digits)) == losses(events(config, digits, embedded.test))


def test_a_learning_rate_under_which_the_loss_explodes_is_named_in_one_sentence(embedded: DataSet) -> None:
    with pytest.raises(DigitLabError, match=r"^[^\n]*learning rate[^\n]*\.$"):
        events(TrainingConfig(learning_rate=10, loss="mse"), embedded.train)
