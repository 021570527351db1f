"""Frames, circles, underlines and marks beside digits go; alone, or as part of a digit, they stay."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.drawing.contrast import Plane
from mnist_core.drawing.digit_segmentation import split_digits
from mnist_core.drawing.photo import PhotoSteps, find_digits
from mnist_core.drawing.surroundings import remove_surroundings
from tests.mnist_core.drawing.made_pictures import DIGIT_KINDS

SIZE = (300, 420)
PEN = 12


def lines(*paths: list[tuple[int, int]], pen: int = PEN) -> Plane:
    ink = np.zeros(SIZE, np.uint8)
    cv2.polylines(ink, [np.array(path, np.int32) for path in paths], False, 1, pen)
    return ink.astype(np.float32)


def oval(middle: tuple[int, int], radii: tuple[int, int], start: int = 0, end: int = 360, pen: int = PEN) -> Plane:
    ink = np.zeros(SIZE, np.uint8)
    cv2.ellipse(ink, middle, radii, 0, start, end, 1, pen)
    return ink.astype(np.float32)


FOUR = lines([(90, 80), (60, 150), (140, 150)], [(120, 80), (120, 210)])
SEVEN = lines([(270, 80), (350, 80), (300, 210)])
MARKS = {
    "box": lines([(30, 40), (380, 40), (380, 250), (30, 250), (30, 40)], pen=4),
    "box open at a corner": lines([(50, 40), (380, 40), (380, 250), (30, 250), (30, 50)], pen=4),
    "sides of a box": lines([(40, 50), (40, 250)], pen=4) + lines([(380, 50), (380, 250)], pen=4),
    "circle": oval((205, 145), (200, 130)),
    "circle not quite closed": oval((205, 145), (200, 130), 0, 335),
    "underline": lines([(40, 260), (370, 250)]),
    "two underlines": lines([(40, 250), (370, 250)], [(40, 280), (370, 280)]),
    "dot": oval((200, 210), (3, 3), pen=-1),
    "hole": oval((20, 150), (16, 16), pen=-1),
    "dash": lines([(180, 145), (230, 145)]),
    "slash": lines([(170, 240), (235, 50)]),
}
ALONE = {
    "circle": oval((200, 150), (70, 100)),
    "slash": lines([(180, 240), (240, 50)]),
    "upright": lines([(200, 50), (200, 240)]),
    "dash": lines([(100, 150), (250, 150)]),
    "dot": oval((200, 150), (20, 20), pen=-1),
}


def whole(ink: NDArray[np.number]) -> bool:
    """Whether all of it is found as one digit."""
    digits = split_digits(ink)
    rows, columns = np.nonzero(ink)
    return len(digits) == 1 and digits[0].shape == (np.ptp(rows) + 1, np.ptp(columns) + 1)


@pytest.mark.parametrize("mark", MARKS)
def test_what_is_around_two_digits_goes(mark: str) -> None:
    digits = np.maximum(FOUR, SEVEN)

    np.testing.assert_array_equal(remove_surroundings(np.maximum(digits, MARKS[mark])), digits)


def test_both_slashes_of_a_date_go() -> None:
    digits = np.zeros((300, 640), np.float32)
    digits[:, :420] = np.maximum(FOUR, SEVEN)
    digits[:, 400:] += FOUR[:, :240]
    slashes = np.zeros_like(digits)
    slashes[:, :420] += MARKS["slash"]
    slashes[:, 200:620] += MARKS["slash"]

    np.testing.assert_array_equal(remove_surroundings(digits + slashes), digits)


@pytest.mark.parametrize("mark", ALONE)
def test_alone_it_stays(mark: str) -> None:
    np.testing.assert_array_equal(remove_surroundings(ALONE[mark]), ALONE[mark])


def test_ones_that_lean_stay_beside_digits_as_high() -> None:
    ink = np.maximum(FOUR, lines([(180, 210), (215, 80)], [(230, 210), (265, 80)]))
    ink = np.maximum(ink, lines([(300, 80), (370, 80), (330, 210)]))

    np.testing.assert_array_equal(remove_surroundings(ink), ink)


@pytest.mark.parametrize(
    "ink",
    [
        oval((200, 150), (70, 100)) + lines([(170, 190), (230, 110)]),
        np.maximum(oval((200, 150), (70, 100)), lines([(120, 260), (280, 40)])),
        oval((200, 90), (40, 42)) + oval((200, 200), (50, 55)),
        lines([(160, 75), (150, 140), (220, 150), (230, 210), (150, 235)]) + lines([(182, 60), (250, 60)]),
    ],
    ids=["slash inside a 0", "slashed 0", "8 of two circles", "5 with a gap"],
)
def test_the_parts_of_a_digit_stay_together(ink: Plane) -> None:
    assert whole(remove_surroundings(ink.clip(0, 1)))


def test_a_0_with_a_dot_inside_is_read_as_one_digit() -> None:
    ring = oval((200, 150), (70, 100))

    [digit] = split_digits(remove_surroundings(ring + oval((200, 150), (10, 10), pen=-1)))

    assert digit.shape == split_digits(ring)[0].shape


def test_nothing_written_is_nothing() -> None:
    assert not remove_surroundings(np.zeros(SIZE, np.float32)).any()


def test_the_step_can_be_left_out() -> None:
    picture = DIGIT_KINDS["box"](np.random.default_rng(1), 4).pixels()

    found = find_digits(picture, PhotoSteps(surroundings=False))

    np.testing.assert_array_equal(found.written, found.ink)
    assert np.count_nonzero(found.written) > np.count_nonzero(find_digits(picture).written)


def test_a_1_before_and_behind_is_a_digit_and_no_side_of_a_frame() -> None:
    row = FOUR + SEVEN + lines([(40, 50), (40, 250)]) + lines([(380, 50), (380, 250)])

    assert len(split_digits(remove_surroundings(row))) == 4
