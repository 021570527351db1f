"""Training learns, repeats exactly, reports every step once, and is the plain PyTorch loop that it claims to be."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, mse_loss

from mnist_core.config.training_config import Loss, Network, Optimiser, TrainingConfig
from mnist_core.data import MEAN, STD, DataSet, Digits
from mnist_core.training import divergence, networks
from mnist_core.training import trainer as training
from mnist_core.training.divergence import DivergedError
from mnist_core.training.events import EpochEnd, Evaluating, StepsTaken, TrainingEvent
from mnist_core.training.trainer import Trainer

PARTS = ("training", "validation")
NONE = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))


def first(digits: Digits, count: int) -> Digits:
    return digits.take(np.arange(count))


def events(config: TrainingConfig, digits: Digits, validation: Digits = NONE) -> list[TrainingEvent]:
    return list(Trainer(networks.build_network(config), config, digits, validation).run())


def losses(history: list[TrainingEvent]) -> list[float]:
    return [loss for event in history if isinstance(event, StepsTaken) for loss in event.losses]


def epochs(history: list[TrainingEvent]) -> list[EpochEnd]:
    return [event for event in history if isinstance(event, EpochEnd)]


def plain_losses(config: TrainingConfig, digits: Digits) -> list[float]:
    """The textbook loop, one optimiser step a batch, written without anything of `training`."""
    model = networks.build_network(config)
    inputs = torch.tensor((digits.images.reshape(-1, 784) / 255 - MEAN) / STD, dtype=torch.float32)
    labels = torch.tensor(digits.labels.astype(np.int64))
    parameters = list(model.parameters())
    optimiser: torch.optim.Optimizer
    rate, decay = config.learning_rate, config.weight_decay
    if config.optimiser == "adam":
        optimiser = torch.optim.Adam(parameters, lr=rate, weight_decay=decay)
    else:
        optimiser = torch.optim.SGD(parameters, lr=rate, momentum=config.momentum, weight_decay=decay)
    rng, values = torch.Generator().manual_seed(config.seed), list[float]()
    for _ in range(config.epochs):
        shuffled = torch.randperm(len(labels), generator=rng)
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
            values.append(loss.item())
    return values


@pytest.fixture
def one_thread(use_threads: Callable[[int], None]) -> None:
    """With more, networks with convolutions round otherwise; after some steps losses then differ by a thousandth."""
    use_threads(1)


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize(
    ("network", "loss", "optimiser", "learning_rate", "weight_decay"),
    [
        ("mlp", "mse", "sgd", 0.01, 0.0),
        ("mlp", "mse", "sgd", 0.01, 0.1),
        ("mlp", "cross_entropy", "adam", 0.001, 0.01),
        ("cnn", "cross_entropy", "sgd", 0.01, 0.0),
    ],
)
def test_losses_are_those_of_a_plain_pytorch_loop(
    network: Network, loss: Loss, optimiser: Optimiser, learning_rate: float, weight_decay: float, embedded: DataSet
) -> None:
    config = TrainingConfig(network=network, loss=loss, optimiser=optimiser, learning_rate=learning_rate, epochs=2)
    config = config.model_copy(update={"weight_decay": weight_decay, "seed": 5})
    digits = first(embedded.train, 1_000)  # 1,000 images are 15 batches of 64 and one of 40

    np.testing.assert_allclose(losses(events(config, digits)), plain_losses(config, digits), rtol=0, atol=1e-5)


def test_the_loss_falls_from_epoch_to_epoch_to_far_below_that_of_guessing(embedded: DataSet) -> None:
    one, two, three = (event.training_loss for event in epochs(events(TrainingConfig(), embedded.train)))

    assert one > two > three
    assert three < 0.09 / 2  # always answering 0.1 for each digit costs 0.09


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
    history = events(TrainingConfig(epochs=3, batch_size=30), first(embedded.train, 100))

    steps = [event for event in history if isinstance(event, StepsTaken)]
    assert [number for event in steps for number in event.numbers] == list(range(1, 13))
    assert steps[-1].last == len(losses(history)) == 12
    assert steps[-1].images_seen == 300


def test_events_tell_that_the_network_is_evaluated_after_an_epoch(embedded: DataSet) -> None:
    *steps, one, two, three, _ = events(TrainingConfig(epochs=1), first(embedded.train, 1_500), embedded.test)

    # 1,500 training images and 1,000 for validation, by up to 1,000.
    assert [one, two, three] == [Evaluating()] * 3
    assert all(isinstance(event, StepsTaken) and event.losses for event in steps)


def test_one_epoch_event_follows_the_steps_of_each_epoch(embedded: DataSet) -> None:
    history = events(TrainingConfig(epochs=3, batch_size=30), first(embedded.train, 100))

    ends = [index for index, event in enumerate(history) if isinstance(event, EpochEnd)]
    assert [event.number for event in epochs(history)] == [1, 2, 3]
    assert [len(losses(history[:end])) for end in ends] == [4, 8, 12]
    assert ends[-1] == len(history) - 1


def test_the_training_loss_of_an_epoch_is_the_mean_over_its_steps(embedded: DataSet) -> None:
    history = events(TrainingConfig(epochs=2, batch_size=30), first(embedded.train, 100))

    by_epoch = np.array(losses(history)).reshape(2, 4).mean(axis=1)
    np.testing.assert_allclose([epoch.training_loss for epoch in epochs(history)], by_epoch)


def test_what_belongs_to_validation_images_is_there_only_where_there_are_some(embedded: DataSet) -> None:
    config, digits = TrainingConfig(epochs=2), first(embedded.train, 500)

    without = epochs(events(config, digits))
    with_some = epochs(events(config, digits, first(embedded.test, 100)))

    assert [(epoch.validation_loss, epoch.validation_accuracy) for epoch in without] == [(None, None)] * 2
    assert without[0].values().keys() == {"training_loss", "training_accuracy"}
    assert all(0 < (epoch.validation_accuracy or 0) <= 1 for epoch in with_some)
    assert with_some[0].values().keys() == {f"{part}_{what}" for part in PARTS for what in ("loss", "accuracy")}


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_an_epochs_values_are_those_of_the_network_of_that_moment(
    network: Network, loss: Loss, embedded: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "TRAINING_SAMPLE", 200)
    config = TrainingConfig(network=network, loss=loss, epochs=1)
    model = networks.build_network(config)

    *_, last = Trainer(model, config, first(embedded.train, 1_000), embedded.test).run()

    assert isinstance(last, EpochEnd)
    answers = networks.outputs(model, embedded.train.images[:200]).argmax(1).numpy()
    assert last.training_accuracy == (answers == embedded.train.labels[:200]).mean()
    outputs, labels = networks.outputs(model, embedded.test.images), torch.tensor(embedded.test.labels).long()
    assert last.validation_accuracy == (outputs.argmax(1) == labels).numpy().mean()
    expected = cross_entropy(outputs, labels) if loss == "cross_entropy" else mse_loss(outputs, torch.eye(10)[labels])
    assert last.validation_loss == pytest.approx(expected.item(), abs=1e-5)


def test_validation_images_change_nothing_in_the_training(embedded: DataSet) -> None:
    config, digits = TrainingConfig(epochs=2), first(embedded.train, 500)

    assert losses(events(config, digits)) == losses(events(config, digits, embedded.test))


@pytest.mark.parametrize(
    ("optimiser", "learning_rate", "how"), [("sgd", 10, "stopped being a number"), ("adam", 10, "exploded")]
)
def test_a_loss_that_explodes_ends_the_training_with_one_sentence_after_the_good_steps(
    optimiser: Optimiser, learning_rate: float, how: str, embedded: DataSet
) -> None:
    config, history = TrainingConfig(optimiser=optimiser, learning_rate=learning_rate), list[TrainingEvent]()
    trainer = Trainer(networks.build_network(config), config, embedded.train, NONE)

    with pytest.raises(DivergedError, match=rf"^The loss {how} [^\n]*learning rate[^\n]*\.$") as raised:
        history.extend(trainer.run())

    good = losses(history)
    assert len(good) > 1
    assert all(map(math.isfinite, good))
    assert [number for event in history for number in getattr(event, "numbers", [])] == list(range(1, len(good) + 1))
    assert f"at step {len(good) + 1};" in str(raised.value)


def test_a_loss_that_rises_for_a_moment_is_no_explosion(embedded: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(divergence, "EXPLOSION_FACTOR", 0)  # any loss is above it
    monkeypatch.setattr(divergence, "EXPLOSION_STEPS", 17)

    assert len(losses(events(TrainingConfig(epochs=1), first(embedded.train, 1_000)))) == 16
    with pytest.raises(DivergedError, match="exploded at step 17;"):
        events(TrainingConfig(epochs=2), first(embedded.train, 1_000))
