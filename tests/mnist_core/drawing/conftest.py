"""A digit as large as in a picture, and the image that is to be read from pictures of it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.data import DataSet
from mnist_core.drawing import normalise


@pytest.fixture(scope="module")
def digit(embedded: DataSet) -> NDArray[np.uint8]:
    """A 4, white on black, ten times as large."""
    image: NDArray[np.uint8] = embedded.test.images[4].repeat(10, axis=0).repeat(10, axis=1)
    return image


@pytest.fixture
def expected(digit: NDArray[np.uint8]) -> NDArray[np.int64]:
    image = normalise(digit)
    assert image is not None
    return image.astype(np.int64)
