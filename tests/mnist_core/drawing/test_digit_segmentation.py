"""Digits written in a row are taken apart, from left to right, and each digit stays whole."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.data import DataSet
from mnist_core.drawing import normalise, paint
from mnist_core.drawing.digit_segmentation import split_digits

FIVE = [[[60, 120], [60, 160], [100, 170], [100, 220], [55, 230]], [[75, 90], [120, 90]]]
"""The top bar apart from the body, and to the right of its middle."""
SEVEN = [[[60, 60], [140, 60], [100, 220]], [[45, 140], [80, 140]]]
"""The cross bar apart from the stem."""
OPEN_FOUR = [[[60, 60], [60, 140], [100, 140]], [[124, 60], [124, 230]]]
"""Two strokes with a small gap between them, both upright."""


def moved(strokes: list[list[list[float]]], right: float) -> list[list[list[float]]]:
    return [[[x + right, y] for x, y in stroke] for stroke in strokes]


def cropped(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@pytest.fixture(scope="module")
def digits(embedded: DataSet) -> list[NDArray[np.uint8]]:
    """100 real digits, three times as large, each cut to its box."""
    images = embedded.test.images[::10][:100]
    return [cropped(image.repeat(3, axis=0).repeat(3, axis=1)) for image in images]


def test_nothing_drawn_is_no_digit() -> None:
    assert split_digits(np.zeros((280, 280))) == []


def test_one_digit_is_given_back_in_its_box() -> None:
    ink = paint([[[100, 60], [110, 220]]], 20)

    [digit] = split_digits(ink)

    np.testing.assert_array_equal(digit, cropped(ink))
    assert digit.dtype == ink.dtype


@pytest.mark.parametrize("strokes", [FIVE, SEVEN, OPEN_FOUR], ids=["five", "seven", "open four"])
@pytest.mark.parametrize("pen", [6, 20])
def test_a_digit_of_two_strokes_stays_whole(strokes: list[list[list[float]]], pen: float) -> None:
    assert len(split_digits(paint(strokes, pen))) == 1


def test_digits_of_two_strokes_side_by_side_are_split_between_them() -> None:
    ink = paint([*moved(FIVE, -40), *moved(SEVEN, 80)], 6)

    five, seven = split_digits(ink)

    np.testing.assert_array_equal(normalise(five), normalise(paint(FIVE, 6)))
    np.testing.assert_array_equal(normalise(seven), normalise(paint(SEVEN, 6)))


def test_three_digits_on_one_canvas_drawn_with_the_usual_pen_are_split() -> None:
    one = [[[50, 100], [50, 180]]]

    parts = split_digits(paint([*one, *moved(one, 80), *moved(one, 160)], 20))

    assert len(parts) == 3


def test_an_overhanging_digit_leaves_no_ink_in_its_neighbours_box() -> None:
    # The upper bar reaches over less than a half of the right one's columns.
    ink = paint([[[40, 60], [130, 60]], [[60, 60], [60, 220]], [[120, 80], [180, 80], [180, 220]]], 6)

    left, right = split_digits(ink)

    assert np.count_nonzero(left) + np.count_nonzero(right) == np.count_nonzero(ink)
    assert right.shape[0] < left.shape[0]


def test_rows_of_real_digits_are_split_with_a_gap_of_15_percent_of_the_height(
    digits: list[NDArray[np.uint8]],
) -> None:
    rng = np.random.default_rng(0)
    correct = 0
    for _ in range(100):
        chosen = [digits[number] for number in rng.integers(0, len(digits), rng.integers(2, 6))]
        height = max(len(digit) for digit in chosen)
        gap = np.zeros((height, int(np.ceil(0.15 * height))), np.uint8)
        lower = [np.pad(digit, ((height - len(digit), 0), (0, 0))) for digit in chosen]
        row = np.concatenate([part for digit in lower for part in (digit, gap)], axis=1)
        parts = split_digits(row)
        correct += len(parts) == len(chosen) and all(
            np.array_equal(normalise(part), normalise(digit)) for part, digit in zip(parts, chosen, strict=True)
        )

    assert correct >= 95


def test_real_digits_one_by_one_are_hardly_ever_split(embedded: DataSet) -> None:
    several = sum(len(split_digits(image)) != 1 for image in embedded.test.images)

    assert several <= 0.02 * len(embedded.test.images)


def test_the_unit_of_the_ink_does_not_matter() -> None:
    ink = paint([*moved(FIVE, -40), *moved(SEVEN, 80)], 6)

    for first, second in zip(split_digits(ink), split_digits(ink / 255), strict=True):
        np.testing.assert_allclose(first / 255, second)
