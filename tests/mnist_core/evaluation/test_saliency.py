"""Pixels that speak for an answer are found where they are, by how much hiding them costs."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.evaluation import saliency

ROW, COLUMN = 10, 17
IMAGE = np.full((28, 28), 200, np.uint8)


def reading(pixel: tuple[int, int], seen: float, hidden: float) -> Callable[[NDArray[np.uint8]], NDArray[np.float64]]:
    """A judge that looks at one pixel: the probability of a 3 where it has ink, and where it has none."""

    def read(images: NDArray[np.uint8]) -> NDArray[np.float64]:
        found = np.zeros((len(images), 10))
        found[:, 3] = np.where(images[:, pixel[0], pixel[1]] > 0, seen, hidden)
        found[:, 8] = 1 - found[:, 3]
        return found

    return read


@pytest.mark.parametrize("pixel", [(10, 17), (0, 0), (27, 27), (0, 14), (26, 1)])
def test_only_places_whose_square_hides_a_pixel_that_counts_speak(pixel: tuple[int, int]) -> None:
    found = saliency.occlusion(reading(pixel, 0.8, 0.2), IMAGE, 3)

    rows, columns = np.indices((28, 28))
    near = (abs(rows - pixel[0]) <= 2) & (abs(columns - pixel[1]) <= 2)
    assert found.shape == (28, 28)
    np.testing.assert_allclose(found, np.where(near, np.log(0.8 / 0.2), 0), atol=1e-12)


def test_what_makes_an_answer_likelier_when_it_is_hidden_speaks_against_it() -> None:
    found = saliency.occlusion(reading((ROW, COLUMN), 0.8, 0.2), IMAGE, 8)

    assert found.min() == found[ROW, COLUMN] == pytest.approx(np.log(0.2 / 0.8))
    assert found.max() == 0


def test_where_there_is_no_ink_nothing_speaks() -> None:
    image = IMAGE.copy()
    image[:, :14] = 0

    def read(images: NDArray[np.uint8]) -> NDArray[np.float64]:
        ink = images.sum(axis=(1, 2), keepdims=True)[:, :, 0] / (255 * 784)
        return np.tile(ink / 10, 10)

    found = saliency.occlusion(read, image, 0)

    assert not found[:, :12].any()
    assert (found[:, 12:] > 0).all()


@pytest.mark.parametrize(("seen", "hidden"), [(0.0, 1.0), (1.0, 0.0), (0.0, 0.0)])
def test_a_probability_of_nothing_is_still_a_number(seen: float, hidden: float) -> None:
    assert np.isfinite(saliency.occlusion(reading((ROW, COLUMN), seen, hidden), IMAGE, 3)).all()


def test_the_image_is_left_as_it_was() -> None:
    image = IMAGE.copy()

    saliency.occlusion(reading((ROW, COLUMN), 0.8, 0.2), image, 3)

    np.testing.assert_array_equal(image, IMAGE)
