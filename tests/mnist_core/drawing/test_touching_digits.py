"""Digits that touch are cut where a model is surest of both sides, and not where it is sure of the whole."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.drawing import find_digits, normalise, paint, thin_strokes
from mnist_core.drawing.digit_segmentation import split_digits
from mnist_core.drawing.photo import PhotoSteps
from mnist_core.drawing.strokes import Strokes
from mnist_core.drawing.touching_digits import Confidence, split_touching

PEN = 10
TWO: Strokes = [[[20, 70], [45, 50], [70, 75], [20, 150], [80, 150]]]
FIVE: Strokes = [[[70, 50], [30, 50], [25, 95], [55, 90], [75, 120], [55, 150], [20, 148]]]


def moved(strokes: Strokes, right: float) -> Strokes:
    return [[[x + right, y] for x, y in stroke] for stroke in strokes]


def image(ink: NDArray[np.number]) -> NDArray[np.uint8]:
    found = normalise(thin_strokes(ink))
    assert found is not None
    return found


def correlation(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])


def knows(*digits: Strokes) -> Confidence:
    """A model that is as sure of an image as it is like one of these digits."""
    known = [image(paint(digit, PEN)) for digit in digits]
    return lambda images: np.array([max(correlation(each, digit) for digit in known) for each in images])


def always(sure: float) -> Confidence:
    return lambda images: np.full(len(images), sure)


def never(images: NDArray[np.uint8]) -> NDArray[np.floating]:
    raise AssertionError(f"was asked about {len(images)} images")


@pytest.fixture
def touching() -> NDArray[np.number]:
    """A 2 whose foot touches a 5."""
    [ink] = split_digits(paint([*TWO, *moved(FIVE, 68)], PEN))
    return ink


def test_two_digits_are_cut_where_the_model_is_surest_of_both(touching: NDArray[np.number]) -> None:
    parts = split_touching(touching, knows(TWO, FIVE))

    two, five = parts
    assert correlation(image(two), image(paint(TWO, PEN))) >= 0.9
    assert correlation(image(five), image(paint(FIVE, PEN))) >= 0.9


def test_three_digits_are_cut_twice() -> None:
    [ink] = split_digits(paint([*TWO, *moved(TWO, 66), *moved(FIVE, 134)], PEN))

    parts = split_touching(ink, knows(TWO, FIVE))

    assert [correlation(image(part), image(paint(TWO, PEN))) >= 0.9 for part in parts] == [True, True, False]


@pytest.mark.parametrize("sure", [0.95, 0.5], ids=["sure of the whole", "sure of nothing"])
def test_it_is_not_cut_where_no_side_is_better_than_the_whole(sure: float, touching: NDArray[np.number]) -> None:
    [whole] = split_touching(touching, always(sure))

    np.testing.assert_array_equal(whole, touching)


def test_the_model_is_not_asked_about_a_digit_that_is_higher_than_wide() -> None:
    [ink] = split_digits(paint(TWO, PEN))

    [whole] = split_touching(ink, never)

    np.testing.assert_array_equal(whole, ink)


def test_the_step_can_be_left_out() -> None:
    ink = paint([*TWO, *moved(FIVE, 68)], PEN)
    picture = np.repeat((1 - ink / 255).astype(np.float32)[..., None], 3, axis=2)

    assert len(find_digits(picture, confidence=knows(TWO, FIVE)).digits) == 2
    assert len(find_digits(picture, PhotoSteps(touching=False), confidence=never).digits) == 1
