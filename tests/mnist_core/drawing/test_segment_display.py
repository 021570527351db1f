"""The segments of a display's digit are joined; other ink stays as it is."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.drawing import paint
from mnist_core.drawing.digit_segmentation import split_digits
from mnist_core.drawing.ink_components import connected_components
from mnist_core.drawing.photo import PhotoSteps, find_digits
from mnist_core.drawing.segment_display import join_segments

# Top, left, bottom and right of the segments, named as in data sheets.
SEGMENTS = {
    "a": (10, 24, 20, 76),
    "b": (24, 80, 76, 90),
    "c": (94, 80, 146, 90),
    "d": (150, 24, 160, 76),
    "e": (94, 10, 146, 20),
    "f": (24, 10, 76, 20),
    "g": (80, 24, 90, 76),
}
DIGITS = ["abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg"]


def display(*numbers: int) -> NDArray[np.float32]:
    """Digits side by side, (170, 170 each)."""
    ink = np.zeros((170, 170 * len(numbers)), np.float32)
    for place, number in enumerate(numbers):
        for name in DIGITS[number]:
            top, left, bottom, right = SEGMENTS[name]
            ink[top:bottom, 170 * place + left : 170 * place + right] = 1
    return ink


@pytest.mark.parametrize("number", range(10))
def test_the_segments_of_each_digit_meet(number: int) -> None:
    _, components = connected_components(join_segments(display(number)))

    assert len(components) == 1


def test_digits_side_by_side_stay_apart() -> None:
    assert len(split_digits(join_segments(display(2, 8, 5)))) == 3


@pytest.mark.parametrize(
    "ink",
    [
        paint([[[60, 60], [140, 60], [100, 220]], [[45, 140], [80, 140]], [[200, 60], [200, 220]]], 14),
        paint([[[40, 60], [40, 200]], [[140, 60], [140, 200]]], 14),
        np.zeros((100, 100), np.uint8),
    ],
    ids=["slanting strokes", "two strokes", "nothing"],
)
def test_other_ink_stays_as_it_is(ink: NDArray[np.uint8]) -> None:
    levels = ink / 255

    np.testing.assert_array_equal(join_segments(levels), levels)


def test_segments_stay_apart_where_the_step_is_switched_off() -> None:
    levels = np.pad(0.9 - 0.8 * display(2), 40, constant_values=0.9)
    picture = np.repeat(levels[:, :, None], 3, axis=2)

    joined, apart = find_digits(picture), find_digits(picture, PhotoSteps(segments=False))

    assert len(connected_components(joined.written)[1]) == 1
    assert len(connected_components(apart.written)[1]) == len(DIGITS[2])
    np.testing.assert_array_equal(apart.joined, apart.ink)
