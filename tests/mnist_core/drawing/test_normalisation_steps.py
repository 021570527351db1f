"""Each step of the normalisation can be left out, and all of them together are the normalisation."""

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.data import DataSet
from mnist_core.drawing import normalise, normalise_step_by_step
from mnist_core.drawing.normalisation import NormalisationSteps, NormalisedDrawing, centre_of_mass

NO_BOX, NO_MARGIN, NO_CENTRE = (
    NormalisationSteps(box=False),
    NormalisationSteps(margin=False),
    NormalisationSteps(centre=False),
)
ALL_COMBINATIONS = [NormalisationSteps(*switches) for switches in product([True, False], repeat=3)]


def angle() -> NDArray[np.uint8]:
    """A large L whose centre of mass is far from the middle of its box, on a wide canvas."""
    canvas = np.zeros((200, 280), np.uint8)
    canvas[20:140, 60:80] = 255
    canvas[120:140, 60:140] = 255
    return canvas


def normalised(ink: NDArray[np.number], steps: NormalisationSteps) -> NormalisedDrawing:
    drawing = normalise_step_by_step(ink, steps)
    assert drawing is not None
    return drawing


def extent(image: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """First row and column of the ink, and the last ones."""
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return int(rows[0]), int(columns[0]), int(rows[-1]), int(columns[-1])


def test_all_steps_are_the_normalisation(embedded: DataSet) -> None:
    for digit in embedded.test.images[:50]:
        np.testing.assert_array_equal(normalised(digit, NormalisationSteps()).image, normalise(digit))


@pytest.mark.parametrize("steps", ALL_COMBINATIONS)
def test_whichever_steps_are_applied_a_drawing_becomes_28_by_28_up_to_white_and_a_blank_one_none(
    steps: NormalisationSteps,
) -> None:
    drawing = normalised(angle(), steps)

    assert (drawing.image.shape, drawing.image.dtype, drawing.image.max()) == ((28, 28), np.uint8, 255)
    assert normalise_step_by_step(np.zeros((50, 80)), steps) is None


def test_the_box_is_that_of_the_ink_and_without_that_step_the_whole_canvas() -> None:
    assert normalised(angle(), NormalisationSteps()).box == (20, 60, 140, 140)
    assert normalised(angle(), NO_BOX).box == (0, 0, 200, 280)


def test_without_the_box_a_drawing_is_as_small_as_on_its_canvas_which_is_not_stretched() -> None:
    top, left, bottom, right = extent(normalised(angle(), NO_BOX).digit)

    # 120 x 80 of a canvas that is 280 wide become 20 pixels: 8.6 x 5.7, on the row behind a border of 40.
    assert bottom - top + 1 == pytest.approx(120 * 20 / 280, abs=1.5)
    assert right - left + 1 == pytest.approx(80 * 20 / 280, abs=1.5)
    assert (top, left) == pytest.approx(((40 + 20) * 20 / 280, 60 * 20 / 280), abs=1)


def test_without_the_margin_a_digit_fills_the_image_from_edge_to_edge() -> None:
    drawing = normalised(angle(), NormalisationSteps(margin=False, centre=False))

    assert drawing.digit.shape == (28, 28)
    np.testing.assert_array_equal(drawing.image, drawing.digit)
    top, _, bottom, _ = extent(drawing.image)
    assert (top, bottom) == (0, 27)


def test_with_the_margin_the_digit_is_20_pixels_long() -> None:
    drawing = normalised(angle(), NO_CENTRE)

    assert drawing.digit.shape == (20, 20)
    top, _, bottom, _ = extent(drawing.digit)
    assert (top, bottom) == (0, 19)


def test_without_the_centre_the_box_lies_in_the_middle_with_four_pixels_around_it() -> None:
    drawing = normalised(angle(), NO_CENTRE)

    np.testing.assert_array_equal(drawing.image[4:24, 4:24], drawing.digit)
    assert drawing.image.sum() == drawing.digit.sum()


@pytest.mark.parametrize("steps", [NormalisationSteps(), NO_BOX])
def test_the_centre_of_mass_is_moved_to_pixel_14_and_not_moved_without_that_step(
    steps: NormalisationSteps,
) -> None:
    assert normalised(angle(), steps).centre == pytest.approx((14, 14), abs=0.51)
    row, column = normalised(angle(), NormalisationSteps(steps.box, steps.margin, centre=False)).centre
    assert max(abs(row - 14), abs(column - 14)) > 1.5


def test_ink_that_centring_moves_out_of_the_frame_is_cut_off() -> None:
    drawing = normalised(angle(), NO_MARGIN)

    assert drawing.image.sum() < drawing.digit.sum()
    assert extent(drawing.image)[2] < extent(drawing.digit)[2]


def test_a_centre_of_mass_lies_between_pixels_by_their_ink() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[3, 20] = 100
    assert centre_of_mass(image) == (3, 20)

    image[3, 24] = 100
    image[7, 20] = image[7, 24] = 200
    assert centre_of_mass(image) == pytest.approx((3 + 4 * 2 / 3, 22))
