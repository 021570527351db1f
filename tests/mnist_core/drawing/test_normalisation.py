"""Normalised ink lies as MNIST's digits lie: 20 pixels long, centred by mass, wherever and however large it was."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.data import DataSet
from mnist_core.drawing import normalise


def normalised(ink: NDArray[np.number]) -> NDArray[np.uint8]:
    image = normalise(ink)
    assert image is not None
    return image


def on_canvas(digit: NDArray[np.uint8], top: int, left: int, scale: int = 1, side: int = 300) -> NDArray[np.uint8]:
    canvas = np.zeros((side, side), np.uint8)
    large = digit.repeat(scale, axis=0).repeat(scale, axis=1)
    canvas[top : top + len(large), left : left + len(large)] = large
    return canvas


def bar(height: int, width: int) -> NDArray[np.uint8]:
    canvas = np.zeros((280, 280), np.uint8)
    canvas[40 : 40 + height, 40 : 40 + width] = 255
    return canvas


@pytest.mark.parametrize("shape", [(28, 28), (280, 280), (1, 1), (300, 20)])
def test_a_blank_canvas_gives_none(shape: tuple[int, int]) -> None:
    assert normalise(np.zeros(shape, np.uint8)) is None


def test_the_image_is_28_by_28_grey_levels_up_to_white(embedded: DataSet) -> None:
    image = normalised(embedded.test.images[0].repeat(7, axis=0).repeat(7, axis=1))

    assert (image.shape, image.dtype, image.max()) == ((28, 28), np.uint8, 255)


def test_the_centre_of_mass_is_within_half_a_pixel_of_pixel_14(embedded: DataSet) -> None:
    for digit in embedded.test.images[:200]:
        image = normalised(digit)
        for profile in (image.sum(axis=0), image.sum(axis=1)):
            assert profile @ np.arange(28) / profile.sum() == pytest.approx(14, abs=0.51)


@pytest.mark.parametrize(("height", "width"), [(200, 60), (60, 200), (100, 100), (7, 3), (20, 20), (199, 1)])
def test_the_longer_side_becomes_20_pixels_and_the_shape_is_kept(height: int, width: int) -> None:
    image = normalised(bar(height, width))

    rows, columns = np.count_nonzero(image.any(axis=1)), np.count_nonzero(image.any(axis=0))
    assert max(rows, columns) == 20
    assert rows == pytest.approx(20 * height / max(height, width), abs=2)
    assert columns == pytest.approx(20 * width / max(height, width), abs=2)


@pytest.mark.parametrize(("top", "left"), [(0, 0), (0, 272), (272, 0), (131, 77)])
def test_the_place_on_the_canvas_does_not_matter(top: int, left: int, embedded: DataSet) -> None:
    for digit in embedded.test.images[:20]:
        np.testing.assert_array_equal(normalised(on_canvas(digit, top, left)), normalised(digit))


@pytest.mark.parametrize("scale", [4, 6, 10])
def test_the_scale_on_the_canvas_does_not_matter(scale: int, embedded: DataSet) -> None:
    for digit in embedded.test.images[:20]:
        # Twice as large at least: a side of odd length cannot be padded equally, which moves it by half a pixel.
        twice = normalised(on_canvas(digit, 30, 40, scale=2))
        np.testing.assert_array_equal(normalised(on_canvas(digit, 5, 9, scale)), twice)


@pytest.mark.parametrize("unit", [1 / 255, 0.5, 100.0])
def test_the_unit_of_the_ink_does_not_matter(unit: float, embedded: DataSet) -> None:
    digit = embedded.test.images[7]

    difference = normalised(digit * unit).astype(int) - normalised(digit)

    assert np.abs(difference).max() <= 1


def test_the_parts_of_a_digit_stay_the_right_way_up() -> None:
    canvas = bar(200, 20)
    canvas[40:60, 40:140] = 255  # An L upside down: the bar at the top points to the right.

    image = normalised(canvas)

    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    assert image[rows[0]].sum() > 3 * image[rows[-1]].sum()
    assert image[:, columns[0]].sum() > 3 * image[:, columns[-1]].sum()


def test_mnists_own_images_are_left_as_they_are(embedded: DataSet) -> None:
    images = embedded.test.images

    again = np.stack([normalised(image) for image in images])

    differences = np.abs(again.astype(int) - images).max(axis=(1, 2))
    assert (differences <= 3).mean() >= 0.99


def test_ink_that_leaves_the_frame_is_cut_off_and_does_not_come_in_on_the_other_side() -> None:
    canvas = bar(2, 200)  # A long thin line with all its weight at the left end.
    canvas[:80, 40:60] = 255

    image = normalised(canvas)

    columns = np.flatnonzero(image.any(axis=0))
    assert columns[-1] == 27
    assert columns[0] > 4


def test_the_drawing_is_left_as_it_was(embedded: DataSet) -> None:
    canvas = on_canvas(embedded.test.images[0], 10, 10)
    before = canvas.copy()

    normalise(canvas)

    np.testing.assert_array_equal(canvas, before)
