"""Accuracy, its interval, the confusion matrix, precision, recall and F1 are those of scikit-learn and SciPy."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn import metrics

from mnist_core.evaluation.score import Score, confusion_matrix, per_class_scores

DIGITS = list(range(10))


@st.composite
def readings(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Answers and labels, each of a few digits only, so that some digits never come and some are never answered."""
    n = draw(st.integers(1, 40))
    answered, present = (draw(st.lists(st.sampled_from(DIGITS), min_size=1, max_size=10)) for _ in range(2))
    answers, labels = (draw(st.lists(st.sampled_from(few), min_size=n, max_size=n)) for few in (answered, present))
    return np.array(answers), np.array(labels, np.uint8)


@settings(deadline=None, derandomize=True)
@given(readings())
def test_accuracy_and_confusion_matrix_equal_those_of_scikit_learn(reading: tuple[np.ndarray, np.ndarray]) -> None:
    answers, labels = reading

    score = Score.of(answers, labels)

    assert score.accuracy == pytest.approx(metrics.accuracy_score(labels, answers))
    assert score.n == len(labels)
    np.testing.assert_array_equal(
        confusion_matrix(answers, labels), metrics.confusion_matrix(labels, answers, labels=DIGITS)
    )


@settings(deadline=None, derandomize=True)
@given(readings())
def test_precision_recall_and_f1_equal_those_of_scikit_learn(reading: tuple[np.ndarray, np.ndarray]) -> None:
    answers, labels = reading

    found = per_class_scores(confusion_matrix(answers, labels))

    precision, recall, f1, images = metrics.precision_recall_fscore_support(
        labels, answers, labels=DIGITS, zero_division=0
    )
    np.testing.assert_allclose(found.precision, precision)
    np.testing.assert_allclose(found.recall, recall)
    np.testing.assert_allclose(found.f1, f1)
    np.testing.assert_array_equal(found.images, images)


def test_a_share_of_nothing_is_zero() -> None:
    found = per_class_scores(confusion_matrix(np.array([1, 1]), np.array([1, 2])))

    assert (found.precision[2], found.recall[2], found.f1[2], found.images[2]) == (0, 0, 0, 1)
    assert (found.precision[5], found.recall[5], found.f1[5], found.images[5]) == (0, 0, 0, 0)
    assert (found.precision[1], found.recall[1]) == (0.5, 1)


def test_rows_of_the_confusion_matrix_are_the_labels() -> None:
    confusion = confusion_matrix(np.array([9, 9, 4, 0]), np.array([4, 4, 4, 0], np.uint8))

    expected = np.zeros((10, 10), int)
    expected[4, 9], expected[4, 4], expected[0, 0] = 2, 1, 1
    assert confusion.tolist() == expected.tolist()


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 60_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_wilsons_closed_formula_and_that_of_scipy(counts: tuple[int, int]) -> None:
    right, n = counts

    low, high = Score(right, n).interval

    z, share = 1.959963984540054, right / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    assert (low, high) == pytest.approx((centre - half, centre + half), abs=1e-9)
    assert (low, high) == pytest.approx(tuple(binomtest(right, n).proportion_ci(0.95, "wilson")), abs=1e-12)
    assert 0 <= low <= share <= high <= 1
