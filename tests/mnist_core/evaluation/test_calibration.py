"""Calibration and log loss follow their definitions, and a fitted temperature is the one that made the labels."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import log_softmax, softmax
from sklearn.calibration import calibration_curve

from mnist_core.evaluation import calibration
from mnist_core.evaluation.calibration import (
    calibration_error,
    fit_temperature,
    reliability,
    risk_coverage,
    scale_temperature,
)
from mnist_core.evaluation.predictions import Predictions
from tests.mnist_core.made_predictions import predicting, random_predictions

BINS = 15
EDGES = np.linspace(0, 1, BINS + 1)


def assert_bins_of_scikit_learn(predictions: Predictions) -> None:
    bins = reliability(predictions)
    accuracy, confidence = calibration_curve(predictions.correct, predictions.confidence, n_bins=BINS)

    np.testing.assert_allclose([bin_.confidence for bin_ in bins], confidence)
    np.testing.assert_allclose([bin_.accuracy for bin_ in bins], accuracy)
    assert sum(bin_.count for bin_ in bins) == len(predictions)


def log_loss_of(logits: NDArray[np.float64], predictions: Predictions) -> float:
    return float(-log_softmax(logits, axis=1)[np.arange(len(predictions)), predictions.labels].mean())


def plain_calibration_error(predictions: Predictions) -> float:
    """The expected calibration error, bin by bin as in the paper."""
    total = 0.0
    for low, high in pairwise(EDGES):
        members = [i for i, confidence in enumerate(predictions.confidence) if low < confidence <= high]
        if members:
            gap = abs(np.mean(predictions.correct[members]) - np.mean(predictions.confidence[members]))
            total += len(members) / len(predictions) * float(gap)
    return total


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 300), st.integers(0, 2**32 - 1), st.floats(0.1, 5))
def test_bins_and_calibration_error_equal_other_computations(n: int, seed: int, spread: float) -> None:
    predictions, _ = random_predictions(n, seed, spread=spread)

    assert_bins_of_scikit_learn(predictions)
    assert calibration_error(predictions) == pytest.approx(plain_calibration_error(predictions), abs=1e-12)


def test_a_confidence_on_an_edge_is_in_the_bin_that_ends_there_as_in_scikit_learn() -> None:
    confidence = [float(edge) for edge in EDGES[2:]] * 2
    predictions = predicting(
        [3] * len(confidence), [3] * (len(confidence) // 2) + [4] * (len(confidence) // 2), confidence
    )

    assert_bins_of_scikit_learn(predictions)
    bins = reliability(predictions)
    assert [bin_.high for bin_ in bins] == pytest.approx(EDGES[2:])
    assert [bin_.confidence for bin_ in bins] == pytest.approx(EDGES[2:])
    assert bins[-1].high == 1
    assert {bin_.count for bin_ in bins} == {2}


def test_the_calibration_error_of_one_bin_is_the_distance_of_confidence_and_accuracy() -> None:
    predictions = predicting([1, 1, 1, 1], [1, 1, 1, 2], [0.9] * 4)

    assert calibration_error(predictions) == pytest.approx(0.15)


@pytest.mark.parametrize("n", [1, 7, 100, 333])
def test_risk_and_coverage_are_those_of_a_plain_loop(n: int) -> None:
    predictions, _ = random_predictions(n, seed=n)

    shares, accuracies = risk_coverage(predictions)

    assert shares == pytest.approx([i / 100 for i in range(51)])
    most_confident_first = sorted(range(n), key=lambda i: -predictions.confidence[i])
    for percent, accuracy in enumerate(accuracies):
        remaining = most_confident_first[: n - n * percent // 100]
        assert accuracy == pytest.approx(
            np.mean([predictions.predicted[i] == predictions.labels[i] for i in remaining])
        )
    assert accuracies[0] == predictions.score.accuracy


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 100), st.integers(0, 2**32 - 1), st.floats(0.1, 40))
def test_the_log_loss_is_the_mean_of_the_labels_negative_logarithms(n: int, seed: int, spread: float) -> None:
    predictions, _ = random_predictions(n, seed, spread=spread, temperature=spread)
    single = Predictions(predictions.probabilities.astype(np.float32), predictions.labels)

    for one in (predictions, single):
        smallest = np.finfo(one.probabilities.dtype).eps
        of_labels = one.probabilities[np.arange(n), one.labels].clip(smallest, 1 - smallest)
        assert calibration.log_loss(one) == pytest.approx(-np.log(of_labels, dtype=np.float64).mean())


def test_the_log_loss_of_a_small_example_is_that_computed_by_hand() -> None:
    predictions = predicting([1, 2, 3], [1, 2, 4], [0.5, 0.8, 0.1])

    assert calibration.log_loss(predictions) == pytest.approx(-(math.log(0.5) + math.log(0.8) + math.log(0.1)) / 3)


def test_one_confident_mistake_does_not_make_the_log_loss_infinite() -> None:
    predictions = predicting([1, 2], [1, 3], [1, 1])

    assert calibration.log_loss(predictions) == pytest.approx(-math.log(np.finfo(np.float64).eps) / 2)


def test_the_loss_of_one_class_is_0() -> None:
    assert calibration.log_loss(Predictions(np.ones((3, 1)), np.zeros(3, np.uint8))) == pytest.approx(0)


@pytest.mark.parametrize("spread", [2, 20])
@pytest.mark.parametrize("temperature", [0.3, 0.8, 1.0, 2.5, 9.0])
def test_a_temperature_divides_logits_and_changes_no_predicted_digit(temperature: float, spread: float) -> None:
    predictions, logits = random_predictions(400, seed=4, spread=spread)

    scaled = scale_temperature(predictions, temperature)

    np.testing.assert_allclose(scaled.probabilities, softmax(logits / temperature, axis=1), atol=1e-5)
    np.testing.assert_allclose(scaled.probabilities.sum(axis=1), 1)
    np.testing.assert_array_equal(scaled.predicted, predictions.predicted)
    np.testing.assert_array_equal(scaled.labels, predictions.labels)


def test_a_temperature_of_one_changes_nothing() -> None:
    predictions, logits = random_predictions(400, seed=5, spread=6.0)
    single = Predictions(softmax(logits.astype(np.float32), axis=1), predictions.labels)

    scaled = scale_temperature(single, 1.0)

    np.testing.assert_allclose(scaled.probabilities, single.probabilities, atol=1e-6)


@pytest.mark.parametrize("temperature", [0.4, 0.7, 1.0, 1.5, 3.0])
def test_the_temperature_that_made_the_labels_is_found(temperature: float) -> None:
    predictions, _ = random_predictions(10_000, seed=6, temperature=temperature)

    fitted = fit_temperature(predictions)

    assert fitted == pytest.approx(temperature, rel=0.05)
    after = scale_temperature(predictions, fitted)
    assert calibration.log_loss(after) <= calibration.log_loss(predictions) + 1e-9
    assert calibration_error(after) < 0.02
    np.testing.assert_array_equal(after.predicted, predictions.predicted)


@pytest.mark.parametrize("spread", [8, 25])
def test_the_temperature_of_a_network_that_is_far_too_confident_is_found(spread: float) -> None:
    predictions, _ = random_predictions(10_000, seed=8, spread=spread, temperature=5)
    single = Predictions(predictions.probabilities.astype(np.float32), predictions.labels)

    assert fit_temperature(single) == pytest.approx(5, rel=0.05)


def test_a_probability_of_zero_of_a_vote_does_not_make_a_temperature_useless() -> None:
    votes = predicting([1] * 90 + [2] * 10, [1] * 100, [1.0] * 100)

    fitted = fit_temperature(votes)

    assert fitted > 2, "a tenth of the confident predictions is wrong"
    assert scale_temperature(votes, fitted).confidence.mean() == pytest.approx(0.9, abs=0.02)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.integers(1, 200), st.integers(0, 2**32 - 1), st.floats(0.2, 12), st.floats(0.1, 12))
def test_no_temperature_of_a_fine_grid_has_less_log_loss(n: int, seed: int, spread: float, temperature: float) -> None:
    predictions, logits = random_predictions(n, seed, spread=spread, temperature=temperature)

    best = log_loss_of(logits / fit_temperature(predictions), predictions)

    others = [log_loss_of(logits / t, predictions) for t in np.geomspace(0.06, 19, 40)]
    assert best <= min(*others, log_loss_of(logits, predictions)) + 1e-3


def test_predictions_without_a_mistake_get_the_most_confident_temperature() -> None:
    predictions = predicting([1, 2, 3], [1, 2, 3], [0.6, 0.9, 1.0])

    assert fit_temperature(predictions) < 0.2
