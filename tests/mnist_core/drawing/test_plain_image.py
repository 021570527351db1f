"""A picture of no digit is scaled down as it is, on a dark ground."""

import numpy as np
import pytest

from mnist_core.drawing.plain_image import scale_down


def picture(height: int, width: int, ground: float, thing: float) -> np.ndarray:
    """A thing of half the height and half the width in the middle."""
    made = np.full((height, width, 3), ground, np.float32)
    made[height // 4 : -(height // 4), width // 4 : -(width // 4)] = thing
    return made


@pytest.mark.parametrize(("ground", "thing"), [(1.0, 0.2), (0.0, 0.8)], ids=["on a light ground", "on a dark ground"])
@pytest.mark.parametrize(("height", "width"), [(56, 56), (280, 280), (8, 8)])
def test_the_ground_is_dark_and_the_thing_stays_in_its_place(
    height: int, width: int, ground: float, thing: float
) -> None:
    image = scale_down(picture(height, width, ground, thing))

    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert image[:4].max() == image[:, -4:].max() == 0
    np.testing.assert_allclose(image[10:18, 10:18], 255 * 0.8, atol=1)


def test_what_is_not_square_keeps_its_shape_in_the_middle() -> None:
    image = scale_down(picture(280, 140, 1.0, 0.0))

    assert image[:, :10].max() == image[:, -10:].max() == 0
    assert (image[10:18, 12:16] == 255).all()


def test_a_line_of_pixels_is_a_picture_too() -> None:
    assert scale_down(np.zeros((1, 3000, 3), np.float32)).shape == (28, 28)
