"""Accuracy, its interval, the confusion matrix, precision, recall and F1 are those of their definitions."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from mnist_core.evaluation.score import Score, confusion_matrix, per_class_scores

DIGITS = list(range(10))


@st.composite
def readings(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Predicted digits and labels, each of a few digits only, so that some never come and some are never predicted."""
    n = draw(st.integers(1, 40))
    predictable, present = (draw(st.lists(st.sampled_from(DIGITS), min_size=1, max_size=10)) for _ in range(2))
    predicted, labels = (draw(st.lists(st.sampled_from(few), min_size=n, max_size=n)) for few in (predictable, present))
    return np.array(predicted), np.array(labels, np.uint8)


@settings(deadline=None, derandomize=True)
@given(readings())
def test_accuracy_and_confusion_matrix_are_counts_of_pairs(reading: tuple[np.ndarray, np.ndarray]) -> None:
    predicted, labels = reading
    pairs = list(zip(labels.tolist(), predicted.tolist(), strict=True))

    score = Score.of(predicted, labels)

    assert score == Score(sum(label == digit for label, digit in pairs), len(pairs))
    assert score.accuracy == pytest.approx(score.correct / len(pairs))
    expected = [[pairs.count((label, digit)) for digit in DIGITS] for label in DIGITS]
    assert confusion_matrix(predicted, labels).tolist() == expected


@settings(deadline=None, derandomize=True)
@given(readings())
def test_precision_recall_and_f1_are_those_of_their_definitions(reading: tuple[np.ndarray, np.ndarray]) -> None:
    predicted, labels = reading

    scores = per_class_scores(predicted, labels)

    for digit in DIGITS:
        hits = int(((predicted == digit) & (labels == digit)).sum())
        of_digit, as_digit = int((labels == digit).sum()), int((predicted == digit).sum())
        assert scores.support[digit] == of_digit
        assert scores.recall[digit] == pytest.approx(hits / of_digit if of_digit else 0)
        assert scores.precision[digit] == pytest.approx(hits / as_digit if as_digit else 0)
        harmonic_mean = 2 / (of_digit / hits + as_digit / hits) if hits else 0
        assert scores.f1[digit] == pytest.approx(harmonic_mean)


def test_the_scores_of_a_small_example_are_those_computed_by_hand() -> None:
    labels = np.array([4, 4, 4, 4, 9, 9, 9, 0], np.uint8)
    predicted = np.array([4, 4, 9, 9, 9, 9, 4, 0])

    scores = per_class_scores(predicted, labels)

    assert scores.precision[[0, 4, 9]].tolist() == pytest.approx([1, 2 / 3, 1 / 2])
    assert scores.recall[[0, 4, 9]].tolist() == pytest.approx([1, 1 / 2, 2 / 3])
    assert scores.f1[[0, 4, 9]].tolist() == pytest.approx([1, 4 / 7, 4 / 7])
    assert scores.support.tolist() == [1, 0, 0, 0, 4, 0, 0, 0, 0, 3]


def test_a_share_of_nothing_is_zero() -> None:
    scores = per_class_scores(np.array([1, 1]), np.array([1, 2]))

    assert (scores.precision[2], scores.recall[2], scores.f1[2], scores.support[2]) == (0, 0, 0, 1)
    assert (scores.precision[5], scores.recall[5], scores.f1[5], scores.support[5]) == (0, 0, 0, 0)
    assert (scores.precision[1], scores.recall[1]) == (0.5, 1)


def test_rows_of_the_confusion_matrix_are_the_labels() -> None:
    confusion = confusion_matrix(np.array([9, 9, 4, 0]), np.array([4, 4, 4, 0], np.uint8))

    expected = np.zeros((10, 10), int)
    expected[4, 9], expected[4, 4], expected[0, 0] = 2, 1, 1
    assert confusion.tolist() == expected.tolist()


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 60_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_wilsons_closed_formula_and_that_of_scipy(counts: tuple[int, int]) -> None:
    correct, n = counts

    low, high = Score(correct, n).interval

    z, share = 1.959963984540054, correct / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    assert (low, high) == pytest.approx((centre - half, centre + half), abs=1e-9)
    assert (low, high) == pytest.approx(tuple(binomtest(correct, n).proportion_ci(0.95, "wilson")), abs=1e-12)
    assert 0 <= low <= share <= high <= 1
