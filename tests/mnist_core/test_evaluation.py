"""What a test says: accuracy, its interval, the confusion matrix, and which test is no test."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
import torch

from mnist_core import DigitLabError, evaluation, models, training
from mnist_core.config import Loss, TrainingConfig
from mnist_core.data import EMBEDDED, FULL, DataSet, Digits


def labelled(*labels: int) -> Digits:
    return Digits(np.zeros((len(labels), 28, 28), np.uint8), np.array(labels, np.uint8))


def wilson(right: int, n: int) -> tuple[float, float]:
    z, share = 1.959963984540054, right / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return centre - half, centre + half


def test_accuracy_is_the_share_of_right_answers() -> None:
    report = evaluation.report(np.array([3, 1, 4, 0]), labelled(3, 1, 4, 1), "some digits")

    assert (report.accuracy, report.n, report.data_set) == (0.75, 4, "some digits")


@pytest.mark.parametrize(("right", "n"), [(952, 1_000), (9_521, 10_000), (1, 4), (0, 10), (10, 10)])
def test_the_interval_is_wilsons_closed_formula(right: int, n: int) -> None:
    answers = np.repeat([5, 6], [right, n - right])

    interval = evaluation.report(answers, labelled(*[5] * n), "fives").interval

    assert interval == pytest.approx(wilson(right, n), abs=1e-9)


def test_rows_of_the_confusion_matrix_are_the_true_digits() -> None:
    confusion = evaluation.report(np.array([9, 9, 4, 0]), labelled(4, 4, 4, 0), "some digits").confusion

    expected = np.zeros((10, 10), int)
    expected[4, 9], expected[4, 4], expected[0, 0] = 2, 1, 1
    assert confusion.tolist() == expected.tolist()


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
def test_a_network_is_measured_on_the_test_images_by_its_largest_output(loss: Loss, embedded: DataSet) -> None:
    config = TrainingConfig(loss=loss, epochs=1, optimiser="adam", learning_rate=0.001)
    model = models.build(config)
    for _ in training.Trainer(model, config, embedded.train, embedded.test.take(np.arange(0))).run():
        pass

    report = evaluation.evaluate(model, config, EMBEDDED, embedded)

    answers = model(models.to_inputs(torch.tensor(embedded.test.images))).argmax(dim=1).numpy()
    assert report.accuracy == (answers == embedded.test.labels).mean()
    assert report.accuracy > 0.7
    assert report.confusion.sum() == report.n == 1_000
    assert report.confusion.trace() == round(1_000 * report.accuracy)
    assert report.confusion.sum(axis=1).tolist() == [100] * 10
    assert report.interval[0] < report.accuracy < report.interval[1]


def test_a_network_trained_on_full_mnist_is_not_tested_on_digits_it_has_seen(embedded: DataSet) -> None:
    config = TrainingConfig(hidden_sizes=(4,))

    with pytest.raises(DigitLabError, match=r"^This network was trained on MNIST, [^\n]*MNIST_DATA_DIR[^\n]*\.$"):
        evaluation.evaluate(models.build(config), config, FULL, embedded)


@pytest.mark.parametrize(("trained_on", "tested_on"), [(EMBEDDED, EMBEDDED), (EMBEDDED, FULL), (FULL, FULL)])
def test_every_other_pair_of_data_sets_is_tested(trained_on: str, tested_on: str, embedded: DataSet) -> None:
    config = TrainingConfig(hidden_sizes=(4,))

    report = evaluation.evaluate(models.build(config), config, trained_on, replace(embedded, name=tested_on))

    assert (report.data_set, report.n) == (tested_on, 1_000)
