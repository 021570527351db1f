"""Two classifiers are compared by McNemar's exact test on the images that only one of them reads."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2

from mnist_core.evaluation.comparison import Comparison, compare_predictions
from mnist_core.evaluation.predictions import Predictions
from tests.mnist_core.made_predictions import predicting, random_predictions

counts = st.integers(0, 400)


def test_each_image_is_counted_once_by_who_reads_it() -> None:
    labels = [0, 1, 2, 3, 4, 5]
    first, second = predicting([0, 1, 2, 9, 9, 9], labels), predicting([0, 9, 9, 3, 8, 9], labels)

    assert compare_predictions(first, second) == Comparison(only_first=2, only_second=1, both=1, neither=2)


def test_the_counts_are_those_of_a_plain_loop() -> None:
    first, second = random_predictions(300, seed=0)[0], random_predictions(300, seed=1)[0]
    second = Predictions(second.probabilities, first.labels)

    comparison = compare_predictions(first, second)

    pairs = [
        (bool(a == label), bool(b == label))
        for a, b, label in zip(first.predicted, second.predicted, first.labels, strict=True)
    ]
    assert comparison.only_first == pairs.count((True, False)) > 0
    assert comparison.only_second == pairs.count((False, True)) > 0
    assert comparison.both == pairs.count((True, True))
    assert comparison.neither == pairs.count((False, False))


@settings(deadline=None, derandomize=True)
@given(counts, counts.filter(bool))
def test_the_p_value_is_that_of_scipys_binomial_test(only_first: int, only_second: int) -> None:
    p = Comparison(only_first, only_second, 900, 20).p_value

    assert p == pytest.approx(binomtest(min(only_first, only_second), only_first + only_second, 0.5).pvalue)
    assert p == pytest.approx(Comparison(only_second, only_first, 0, 0).p_value)


@pytest.mark.parametrize(("only_first", "only_second"), [(500, 560), (1_000, 1_100), (640, 600), (2_000, 2_001)])
def test_the_p_value_of_many_images_is_near_that_of_the_chi_square_test(only_first: int, only_second: int) -> None:
    differing = only_first + only_second
    corrected = (abs(only_first - only_second) - 1) ** 2 / differing

    assert Comparison(only_first, only_second, 0, 0).p_value == pytest.approx(chi2.sf(corrected, 1), abs=0.003)


def test_without_a_difference_the_p_value_is_one() -> None:
    predictions, _ = random_predictions(50, seed=2)

    assert compare_predictions(predictions, predictions).p_value == 1
    assert Comparison(0, 0, 7, 3).p_value == 1


@settings(deadline=None, derandomize=True)
@given(counts, counts)
def test_the_sentence_says_how_often_chance_alone_differs_as_much(only_first: int, only_second: int) -> None:
    comparison = Comparison(only_first, only_second, 500, 5)

    said = re.search(r"by chance in ([\d,]+) of ([\d,]+)\Z", comparison.sentence)

    if said is not None:
        times, cases = (int(number.replace(",", "")) for number in said.groups())
        assert 1 <= times < cases
        assert abs(times / cases - comparison.p_value) <= 0.5001 / cases
    elif comparison.p_value < 0.001:
        assert comparison.sentence.endswith("in fewer than 1 of 1,000")
    else:
        assert comparison.p_value >= 0.995
        assert comparison.sentence.startswith("a difference as small as this says nothing")


def test_the_examples_of_the_sentence_read_well() -> None:
    sentences = [Comparison(*pair, 0, 0).sentence for pair in ((20, 20), (30, 20), (30, 12), (40, 0))]

    assert [sentence.rsplit("in ", 1)[-1] for sentence in sentences[1:]] == [
        "20 of 100",
        "8 of 1,000",
        "fewer than 1 of 1,000",
    ]
    assert np.unique(sentences).size == 4
