"""What a report says of training, validation and test images, and which test is no test."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score

from mnist_core import DigitLabError, data
from mnist_core.config import Loss, TrainingConfig
from mnist_core.data import EMBEDDED, FULL, DataSet, Digits
from mnist_core.evaluation import test_set
from mnist_core.evaluation.calibration import fit_temperature, log_loss, scale_temperature
from mnist_core.evaluation.classifier import KNNClassifier, NetworkClassifier
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.report import Report, TrainingFit, evaluate, measure_training_fit, possible_overlap
from mnist_core.evaluation.score import Score
from mnist_core.knn.blocks import Grid
from mnist_core.knn.study import KNNSettings
from mnist_core.training import networks, trainer
from tests.mnist_core.made_predictions import random_predictions

HOLDING_OUT = TrainingConfig(
    optimiser="adam",
    learning_rate=0.001,
    epochs=1,
    validation_share=0.2,
    train_size=1_000,
    loss="cross_entropy",
    seed=6,
)


def trained(config: TrainingConfig, data_set: DataSet) -> NetworkClassifier:
    model = networks.build_network(config)
    training, held_out = data.hold_out(data_set.train, config.validation_share, config.train_size, config.seed)
    for _ in trainer.Trainer(model, config, training, held_out).run():
        pass
    return NetworkClassifier(model, config, data_set.name, "run-1-")


def untrained(trained_on: str = EMBEDDED, share: float = 0.0) -> NetworkClassifier:
    config = TrainingConfig(hidden_sizes=(4,), validation_share=share)
    return NetworkClassifier(networks.build_network(config), config, trained_on, "run-1-")


def accuracy(network: NetworkClassifier, digits: Digits) -> float:
    outputs = network.model(networks.to_inputs(torch.tensor(digits.images)))
    return float(accuracy_score(digits.labels, outputs.argmax(dim=1).numpy()))


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
def test_a_report_measures_a_network_on_the_images_it_knows_those_held_out_and_the_test_images(
    loss: Loss, embedded: DataSet
) -> None:
    config = HOLDING_OUT.model_copy(update={"loss": loss})
    network = trained(config, embedded)

    report, fit = evaluate(network, embedded), measure_training_fit(network, embedded)

    training, held_out = data.hold_out(embedded.train, 0.2, 1_000, config.seed)
    assert fit.training is not None
    assert fit.validation is not None
    assert fit.training.accuracy == pytest.approx(accuracy(network, training))
    assert fit.validation.accuracy == pytest.approx(accuracy(network, held_out))
    assert report.score.accuracy == pytest.approx(accuracy(network, embedded.test))
    assert (fit.training.n, fit.validation.n, report.score.n) == (1_000, 800, 1_000)
    assert report.data_set == EMBEDDED
    assert report.score.accuracy > 0.7
    unseen = Predictions(network.probabilities(held_out.images), held_out.labels)
    assert fit.temperature == pytest.approx(fit_temperature(unseen))


def test_the_temperature_lowers_the_log_loss_of_the_images_held_out(embedded: DataSet) -> None:
    network = trained(HOLDING_OUT, embedded)
    _, held_out = network.split(embedded.train)

    temperature = measure_training_fit(network, embedded).temperature

    assert temperature is not None
    unseen = Predictions(network.probabilities(held_out.images), held_out.labels)
    assert log_loss(scale_temperature(unseen, temperature)) < log_loss(unseen)


def test_without_images_held_out_there_is_no_validation_and_no_temperature(embedded: DataSet) -> None:
    fit = measure_training_fit(untrained(), embedded)

    assert (fit.validation, fit.temperature) == (None, None)
    assert fit.training is not None
    assert fit.training.n == 4_000


def test_no_more_than_the_first_training_images_are_read(embedded: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("mnist_core.evaluation.report"), "MAX_TRAINING_IMAGES", 300)
    network = untrained()

    score = measure_training_fit(network, embedded).training

    assert score is not None
    assert score.n == 300
    assert score.accuracy == pytest.approx(accuracy(network, embedded.train.take(np.arange(300))))


def test_neighbours_are_measured_without_their_own_vote(embedded: DataSet) -> None:
    neighbours = KNNClassifier(embedded, KNNSettings(Grid(7, 7), None), k=1)
    report, fit = evaluate(neighbours, embedded), measure_training_fit(neighbours, embedded)

    assert fit.training is not None
    assert fit.validation is not None
    assert (fit.training.n, fit.validation.n) == (3_400, 600)
    for score in (fit.training, fit.validation, report.score):
        assert 0.8 < score.accuracy < 0.99


def named(data_set: DataSet, name: str) -> DataSet:
    """The same images as a data set of another name."""
    return replace(data_set, identity=replace(data_set.identity, name=name))


def test_it_is_said_that_emnist_and_mnist_may_share_images_and_nothing_of_others() -> None:
    assert "EMNIST-Digits" in (possible_overlap("EMNIST-Digits", FULL) or "")
    assert possible_overlap("QMNIST", "EMNIST-Digits") is not None
    assert possible_overlap(EMBEDDED, FULL) is None
    assert possible_overlap("EMNIST-Digits", "EMNIST-Digits") is None


def test_a_network_trained_on_full_mnist_is_not_tested_on_digits_it_has_seen(embedded: DataSet) -> None:
    with pytest.raises(DigitLabError, match=r"\AThis network was trained on MNIST, [^\n]*choose MNIST as[^\n]*\.\Z"):
        evaluate(untrained(FULL), embedded)


@pytest.mark.parametrize(
    ("trained_on", "tested_on"),
    [("QMNIST", EMBEDDED), ("MNIST-Kaggle", FULL), ("Fashion-MNIST", FULL), ("My set", FULL), (FULL, "My set")],
)
def test_a_network_is_not_tested_where_it_may_have_seen_the_images_or_knows_other_classes(
    trained_on: str, tested_on: str, embedded: DataSet
) -> None:
    with pytest.raises(DigitLabError, match=rf"\A[^\n]*{trained_on}[^\n]*{tested_on}[^\n]*\.\Z"):
        evaluate(untrained(trained_on), named(embedded, tested_on))


@pytest.mark.parametrize(
    ("trained_on", "tested_on"),
    [(EMBEDDED, EMBEDDED), (EMBEDDED, FULL), (FULL, FULL), (FULL, "QMNIST"), ("QMNIST", FULL), (FULL, "EMNIST-Digits")],
)
def test_every_other_pair_of_data_sets_is_tested(trained_on: str, tested_on: str, embedded: DataSet) -> None:
    network, data_set = untrained(trained_on, 0.1), named(embedded, tested_on)

    report = evaluate(network, data_set)

    assert (report.data_set, report.score.n) == (tested_on, 1_000)
    # Which images of another data set it was trained on is not training.
    assert (measure_training_fit(network, data_set) == TrainingFit(None, None, None)) == (trained_on != tested_on)


@pytest.mark.parametrize(
    "fit",
    [
        TrainingFit(Score(9, 10), Score(0, 7), 1.2345678901234567),
        TrainingFit(Score(3_999, 4_000), None, None),
        TrainingFit(None, None, None),
    ],
)
def test_a_fit_comes_back_from_its_bytes(fit: TrainingFit) -> None:
    assert test_set.FIT_JSON.validate_json(test_set.FIT_JSON.dump_json(fit)) == fit


def test_a_report_comes_back_from_its_bytes() -> None:
    predictions, _ = random_predictions(50, seed=3)
    single = Predictions(predictions.probabilities.astype(np.float32), predictions.labels)
    report = Report("some digits, ünusually named", single)

    loaded = Report.from_bytes(report.to_bytes())

    assert (loaded.data_set, loaded.score) == (report.data_set, report.score)
    np.testing.assert_array_equal(loaded.test.probabilities, single.probabilities)
    np.testing.assert_array_equal(loaded.test.labels, single.labels)
    assert (loaded.test.probabilities.dtype, loaded.test.labels.dtype) == (np.float32, np.uint8)
