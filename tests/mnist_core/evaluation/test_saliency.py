"""The occlusion map shows which pixels a probability depends on, and how much."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.evaluation import saliency

ROW, COLUMN = 10, 17
IMAGE = np.full((28, 28), 200, np.uint8)


def looking_at(
    pixel: tuple[int, int], seen: float, hidden: float
) -> Callable[[NDArray[np.uint8]], NDArray[np.float64]]:
    """A classifier that looks at one pixel: the probability of a 3 where it has ink, and where it has none."""

    def predict(images: NDArray[np.uint8]) -> NDArray[np.float64]:
        probabilities = np.zeros((len(images), 10))
        probabilities[:, 3] = np.where(images[:, pixel[0], pixel[1]] > 0, seen, hidden)
        probabilities[:, 8] = 1 - probabilities[:, 3]
        return probabilities

    return predict


@pytest.mark.parametrize("pixel", [(10, 17), (0, 0), (27, 27), (0, 14), (26, 1)])
def test_only_squares_that_hide_a_decisive_pixel_have_a_value(pixel: tuple[int, int]) -> None:
    occlusion_map = saliency.occlusion(looking_at(pixel, 0.8, 0.2), IMAGE, 3)

    rows, columns = np.indices((28, 28))
    near = (abs(rows - pixel[0]) <= 2) & (abs(columns - pixel[1]) <= 2)
    assert occlusion_map.shape == (28, 28)
    np.testing.assert_allclose(occlusion_map, np.where(near, np.log(0.8 / 0.2), 0), atol=1e-12)


def test_a_pixel_whose_hiding_makes_a_digit_more_probable_is_negative() -> None:
    occlusion_map = saliency.occlusion(looking_at((ROW, COLUMN), 0.8, 0.2), IMAGE, 8)

    assert occlusion_map.min() == occlusion_map[ROW, COLUMN] == pytest.approx(np.log(0.2 / 0.8))
    assert occlusion_map.max() == 0


def test_hiding_black_pixels_changes_nothing() -> None:
    image = IMAGE.copy()
    image[:, :14] = 0

    def predict(images: NDArray[np.uint8]) -> NDArray[np.float64]:
        ink = images.sum(axis=(1, 2), keepdims=True)[:, :, 0] / (255 * 784)
        return np.tile(ink / 10, 10)

    occlusion_map = saliency.occlusion(predict, image, 0)

    assert not occlusion_map[:, :12].any()
    assert (occlusion_map[:, 12:] > 0).all()


@pytest.mark.parametrize(("seen", "hidden"), [(0.0, 1.0), (1.0, 0.0), (0.0, 0.0)])
def test_a_probability_of_nothing_is_still_a_number(seen: float, hidden: float) -> None:
    assert np.isfinite(saliency.occlusion(looking_at((ROW, COLUMN), seen, hidden), IMAGE, 3)).all()


def test_the_image_is_left_as_it_was() -> None:
    image = IMAGE.copy()

    saliency.occlusion(looking_at((ROW, COLUMN), 0.8, 0.2), image, 3)

    np.testing.assert_array_equal(image, IMAGE)
