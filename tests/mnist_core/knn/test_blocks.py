"""Block features are counts of ink pixels, the same as counting them one by one."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core import DigitLabError
from mnist_core.knn.blocks import Grid, Images, block_edges, block_features

blocks_a_side = st.integers(1, 28)
thresholds = st.integers(0, 255)


def random_images(seed: int, count: int = 3) -> Images:
    """Images in which every grey level occurs, and black as often as in digits."""
    rng = np.random.default_rng(seed)
    grey = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    return np.where(rng.random(grey.shape) < 0.5, grey, 0).astype(np.uint8)


def measured_one_by_one(image: list[list[int]], grid: Grid) -> list[int]:
    """The block numbers in plain Python: cut i of n blocks is 28 i / n, rounded half up."""

    def cuts(blocks: int) -> list[int]:
        return [floor(Fraction(28 * i, blocks) + Fraction(1, 2)) for i in range(blocks + 1)]

    numbers = []
    for top, bottom in zip(cuts(grid.rows), cuts(grid.rows)[1:], strict=False):
        for left, right in zip(cuts(grid.columns), cuts(grid.columns)[1:], strict=False):
            ink = [v for row in image[top:bottom] for v in row[left:right] if v > grid.threshold]
            numbers.append(len(ink) if grid.measure == "count" else sum(ink))
    return numbers


@settings(deadline=None, derandomize=True)
@given(
    grid=st.builds(Grid, blocks_a_side, blocks_a_side, thresholds, st.sampled_from(["count", "intensity"])),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_numbers_equal_measuring_pixel_by_pixel(grid: Grid, seed: int) -> None:
    images = random_images(seed)

    features = block_features(images, grid)

    assert features.tolist() == [measured_one_by_one(image, grid) for image in images.tolist()]


def test_more_images_than_are_described_at_a_time_are_all_described() -> None:
    images = random_images(2, count=2_345)

    features = block_features(images, Grid(1, 1, 7))

    np.testing.assert_array_equal(features[:, 0], (images > 7).sum(axis=(1, 2)))


def test_a_measure_that_does_not_exist_is_one_sentence() -> None:
    with pytest.raises(DigitLabError, match=r"\AThe measure is weight; choose one of count, intensity\.\Z"):
        Grid(5, 4, measure="weight")  # type: ignore[arg-type]


@settings(deadline=None, derandomize=True)
@given(rows=blocks_a_side, columns=blocks_a_side, threshold=thresholds)
def test_the_counts_of_an_image_sum_to_its_ink_pixels(rows: int, columns: int, threshold: int) -> None:
    images = random_images(rows * 28 + columns)

    sums = block_features(images, Grid(rows, columns, threshold)).sum(axis=1)

    assert sums.tolist() == [np.count_nonzero(image > threshold) for image in images]


@pytest.mark.parametrize("blocks", range(1, 29))
def test_blocks_cover_the_28_pixels_and_differ_by_one_at_most(blocks: int) -> None:
    cuts = block_edges(blocks)
    sizes = np.diff(cuts)

    assert (cuts[0], cuts[-1], len(sizes)) == (0, 28, blocks)
    assert sizes.min() >= 1
    assert sizes.max() - sizes.min() <= 1


def test_five_blocks_are_cut_where_the_documentation_says() -> None:
    assert block_edges(5) == [0, 6, 11, 17, 22, 28]


def test_a_pixel_is_ink_only_above_the_threshold() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 0, :3] = (99, 100, 101)

    assert [block_features(image, Grid(1, 1, threshold)).item() for threshold in (0, 98, 99, 100, 101)] == [
        3,
        3,
        2,
        1,
        0,
    ]


def test_blocks_are_in_reading_order() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 0, 27] = 255
    image[0, 27, :2] = 255

    assert block_features(image, Grid(2, 2, 0)).tolist() == [[0, 1, 2, 0]]


def test_a_full_image_in_one_block_does_not_overflow() -> None:
    assert block_features(np.full((1, 28, 28), 255, np.uint8), Grid(1, 1, 0)).tolist() == [[784]]


def test_the_counts_are_float32_for_every_image() -> None:
    counts = block_features(random_images(0, count=7), Grid(5, 4, 0))

    assert (counts.shape, counts.dtype) == ((7, 20), np.float32)


def test_the_images_are_left_as_they_were() -> None:
    images = random_images(1)
    before = images.copy()

    block_features(images, Grid(5, 4, 10))

    np.testing.assert_array_equal(images, before)
