"""Which images are worth looking at: the misread, the uncertain, and those whose label may be wrong."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet, Digits
from mnist_core.evaluation.classifier import KNNClassifier
from mnist_core.evaluation.predictions import Predictions
from mnist_core.knn.blocks import Grid
from mnist_core.knn.study import KNNSettings
from mnist_core.training import networks, trainer
from tests.mnist_core.made_predictions import predicting, random_predictions

seeds = st.integers(0, 2**32 - 1)


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 200), seeds)
def test_predicted_digits_confidence_score_and_confusion_are_those_of_the_probabilities(n: int, seed: int) -> None:
    predictions, logits = random_predictions(n, seed)

    np.testing.assert_array_equal(predictions.predicted, logits.argmax(axis=1))
    assert predictions.confidence.tolist() == [max(row) for row in predictions.probabilities]
    assert predictions.correct.tolist() == [
        digit == label for digit, label in zip(predictions.predicted, predictions.labels, strict=True)
    ]
    assert predictions.score.correct == predictions.correct.sum()
    assert predictions.score.n == len(predictions) == n
    pairs = list(zip(predictions.labels.tolist(), predictions.predicted.tolist(), strict=True))
    expected = [[pairs.count((label, digit)) for digit in range(10)] for label in range(10)]
    assert predictions.confusion.tolist() == expected


def test_the_images_of_each_cell_are_as_many_as_the_confusion_matrix_says() -> None:
    predictions, _ = random_predictions(300, seed=2)

    cells = [[predictions.confused(label, digit) for digit in range(10)] for label in range(10)]

    assert [[len(cell) for cell in row] for row in cells] == predictions.confusion.tolist()
    assert sorted(np.concatenate([cell for row in cells for cell in row]).tolist()) == list(range(300))
    assert predictions.confused(4, 9).tolist() == [
        i for i in range(300) if predictions.labels[i] == 4 and predictions.predicted[i] == 9
    ]


def test_the_misread_images_come_with_the_most_confident_predictions_first() -> None:
    predictions = predicting([1, 2, 3, 4, 5], [1, 0, 0, 0, 5], [0.9, 0.3, 0.8, 0.5, 0.2])

    assert predictions.confidently_wrong().tolist() == [2, 3, 1]
    assert predicting([1, 2], [1, 2]).confidently_wrong().tolist() == []


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 100), seeds)
def test_the_least_certain_are_those_whose_two_most_probable_digits_are_nearest(n: int, seed: int) -> None:
    predictions, _ = random_predictions(n, seed)

    least_certain = predictions.least_certain()

    def margin(index: int) -> float:
        *_, second, first = sorted(predictions.probabilities[index])
        return float(first - second)

    assert least_certain.tolist() == sorted(range(n), key=margin)


def test_an_undecided_image_is_less_certain_than_one_with_two_improbable_rivals() -> None:
    undecided = [0.45, 0.44, 0.11] + [0.0] * 7
    spread_out = [0.28] + [0.08] * 9

    predictions = Predictions(np.array([spread_out, undecided]), np.array([0, 0], np.uint8))

    assert predictions.least_certain().tolist() == [1, 0]


def test_where_there_is_one_class_all_are_as_certain() -> None:
    assert Predictions(np.ones((3, 1)), np.zeros(3, np.uint8)).least_certain().tolist() == [0, 1, 2]


@settings(deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0.55, 1)), min_size=1, max_size=40))
def test_predictions_without_a_mistake_have_no_suspects(sure: list[tuple[int, float]]) -> None:
    labels, confidence = [digit for digit, _ in sure], [share for _, share in sure]

    assert predicting(labels, labels, confidence).suspected_labels().tolist() == []


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 150), seeds, st.floats(0.3, 5))
def test_suspects_are_those_of_confident_learning_written_as_a_loop(n: int, seed: int, spread: float) -> None:
    predictions, _ = random_predictions(n, seed, spread=spread)
    probabilities, labels = predictions.probabilities, predictions.labels.tolist()
    means = {digit: np.mean([probabilities[i, digit] for i in range(n) if labels[i] == digit]) for digit in set(labels)}

    suspects = []
    for i in range(n):
        # A hair above the mean counts as reaching it: a mean of equal numbers may be rounded.
        claimed = [digit for digit, least in means.items() if probabilities[i, digit] >= least - 1e-15]
        if claimed and max(claimed, key=lambda digit: probabilities[i, digit]) != labels[i]:
            suspects.append(i)

    suspected = predictions.suspected_labels().tolist()
    assert sorted(suspected) == suspects
    of_labels = [probabilities[i, labels[i]] for i in suspected]
    assert of_labels == sorted(of_labels)


def with_wrong_labels(digits: Digits) -> Digits:
    """The same digits, of which 2 % have another label."""
    random = np.random.default_rng(0)
    wrong = random.choice(len(digits), len(digits) // 50, replace=False)
    labels = digits.labels.copy()
    labels[wrong] = (labels[wrong] + random.integers(1, 10, len(wrong))) % 10
    return Digits(digits.images, labels)


def assert_most_are_found_and_come_first(predictions: Predictions, labels: NDArray[np.uint8], share: float) -> None:
    """`labels` are those before some were made wrong."""
    suspects = predictions.suspected_labels()
    wrong = np.flatnonzero(predictions.labels != labels)
    assert len(wrong) >= 20
    assert np.isin(wrong, suspects).mean() >= share
    assert np.isin(suspects[: len(wrong)], wrong).mean() >= share


def test_nearest_neighbours_find_most_labels_that_were_made_wrong(embedded: DataSet) -> None:
    mislabelled = replace(embedded, train=with_wrong_labels(embedded.train))
    neighbours = KNNClassifier(mislabelled, KNNSettings(Grid(14, 14), None), k=10)
    known, _ = neighbours.split(mislabelled.train)
    original, _ = neighbours.split(embedded.train)

    predictions = neighbours.training_predictions(known, len(known))

    assert_most_are_found_and_come_first(predictions, original.labels, 0.6)


def test_a_network_finds_most_labels_that_were_made_wrong(embedded: DataSet) -> None:
    config = TrainingConfig(loss="cross_entropy", optimiser="adam", learning_rate=0.002, epochs=4, hidden_sizes=(64,))
    model = networks.build_network(config)
    taught, tested = with_wrong_labels(embedded.train), with_wrong_labels(embedded.test)
    for _ in trainer.Trainer(model, config, taught, tested.take(np.arange(0))).run():
        pass

    predictions = Predictions(networks.probabilities(model, config.loss, tested.images), tested.labels)

    assert_most_are_found_and_come_first(predictions, embedded.test.labels, 0.75)
