"""Ruled lines go, whatever their distance and slope, and the strokes that cross them stay in one piece."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.drawing import paint
from mnist_core.drawing.contrast import Plane
from mnist_core.drawing.ink_components import connected_components
from mnist_core.drawing.photo import PhotoSteps, find_digits
from mnist_core.drawing.ruling import remove_ruling
from mnist_core.drawing.strokes import Strokes
from tests.mnist_core.drawing.made_pictures import DIGIT_KINDS

SIDE, LINE, INK = 560, 0.25, 0.6
FIVE: Strokes = [[[190, 60], [100, 60], [95, 130], [150, 120], [185, 165], [160, 215], [90, 215]]]
SEVEN: Strokes = [[[70, 60], [190, 60], [110, 220]]]


def written(strokes: Strokes, pen: float = 9) -> NDArray[np.bool_]:
    """Where there is ink, (SIDE, SIDE)."""
    return paint(strokes, pen).repeat(2, axis=0).repeat(2, axis=1) > 127


def ruled(rows: list[float], slope: float, squared: bool = False) -> NDArray[np.bool_]:
    """Where there are lines, two to three pixels wide, (SIDE, SIDE)."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    for row in rows:
        cv2.line(mask, (0, round(row)), (SIDE, round(row + slope * SIDE)), 255, 2)
    mask |= mask.T if squared else 0
    return mask > 0


def contrast(lines: NDArray[np.bool_], ink: NDArray[np.bool_], level: float = INK) -> Plane:
    noise = np.random.default_rng(0).normal(0, 0.01, (SIDE, SIDE))
    return (np.where(ink, level, np.where(lines, LINE, 0)) + noise).astype(np.float32)


@pytest.mark.parametrize("squared", [False, True], ids=["lined", "squared"])
@pytest.mark.parametrize("slope", [0, 0.02, 0.09])
@pytest.mark.parametrize("step", [24, 46, 110])
def test_lines_go_and_the_stroke_that_crosses_them_stays_in_one_piece(step: int, slope: float, squared: bool) -> None:
    ink, lines = written(FIVE), ruled([*np.arange(step / 2, SIDE * (1 - slope), step)], slope, squared)

    left = remove_ruling(contrast(lines, ink)) > LINE / 2

    assert left[lines & ~ink].mean() <= 0.05
    assert left[ink].mean() >= 0.97
    _, components = connected_components((left & ink).astype(np.uint8))
    assert len([group for group in components if group.box.height > 10]) == 1


def test_a_stroke_as_pale_as_the_line_that_it_crosses_is_not_cut() -> None:
    ink, lines = written(SEVEN), ruled([100, 200, 300, 400], 0)

    left = remove_ruling(contrast(lines, ink, LINE + 0.05)) > LINE / 2

    _, components = connected_components((left & ink).astype(np.uint8))
    assert max(group.box.height for group in components) >= 320


@pytest.mark.parametrize("row", [112, 120, 128], ids=["upper edge", "middle", "lower edge"])
def test_a_bar_that_lies_on_a_line_stays(row: float) -> None:
    ink, lines = written(SEVEN), ruled([row - 100, row, row + 100, row + 200], 0)

    left = remove_ruling(contrast(lines, ink)) > LINE / 2

    assert left[ink].mean() >= 0.9
    assert left[lines & ~ink].mean() <= 0.05


@pytest.mark.parametrize("strokes", [FIVE, SEVEN, [[[140, 30], [140, 250]]]], ids=["five", "seven", "one"])
def test_a_digit_on_plain_paper_is_left_as_it_is(strokes: Strokes) -> None:
    plane = contrast(np.zeros((SIDE, SIDE), bool), written(strokes))

    np.testing.assert_array_equal(remove_ruling(plane), plane)


def test_the_step_can_be_left_out() -> None:
    picture = DIGIT_KINDS["wide squares"](np.random.default_rng(1), 4).pixels()

    found = find_digits(picture, PhotoSteps(ruling=False))

    np.testing.assert_array_equal(found.unruled, found.contrast)
    assert np.count_nonzero(found.written) > 2 * np.count_nonzero(find_digits(picture).written)
