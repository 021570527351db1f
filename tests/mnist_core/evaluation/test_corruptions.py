"""Digits are changed in the way and by the amount that the axis of the chart says."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage
from torch import tensor
from torch.nn import functional

from mnist_core.data import DataSet
from mnist_core.evaluation.corruptions import CORRUPTIONS, Corruption, corrupt

BY_KEY = {corruption.key: corruption for corruption in CORRUPTIONS}
Images = NDArray[np.uint8]


@pytest.fixture
def digits(embedded: DataSet) -> Images:
    return embedded.test.images[:200]


def centres(images: Images) -> NDArray[np.float64]:
    """Row and column of each image's centre of mass, (n, 2)."""
    return np.array([ndimage.center_of_mass(image) for image in images])


def max_difference(images: Images, expected: NDArray[np.floating]) -> float:
    return float(abs(images - expected).max())


all_corruptions = pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda corruption: corruption.key)


@all_corruptions
def test_clean_images_are_the_very_same(corruption: Corruption, digits: Images) -> None:
    np.testing.assert_array_equal(corrupt(digits, corruption, corruption.clean), digits)


@all_corruptions
def test_every_strength_gives_other_images_of_the_same_kind_and_leaves_the_originals(
    corruption: Corruption, digits: Images
) -> None:
    before = digits.copy()

    corrupted = [corrupt(digits, corruption, strength) for strength in corruption.strengths]

    assert {(images.shape, images.dtype) for images in corrupted} == {(digits.shape, np.dtype(np.uint8))}
    assert len({images.tobytes() for images in [digits, *corrupted]}) == 6
    np.testing.assert_array_equal(digits, before)


@all_corruptions
def test_no_images_stay_no_images(corruption: Corruption, digits: Images) -> None:
    assert corrupt(digits[:0], corruption, corruption.strengths[2]).shape == (0, 28, 28)


@all_corruptions
def test_the_same_seed_gives_the_same_images(corruption: Corruption, digits: Images) -> None:
    once, again, other = (corrupt(digits, corruption, corruption.strengths[2], seed) for seed in (4, 4, 5))

    np.testing.assert_array_equal(once, again)
    is_random = corruption.key in ("shift", "rotation", "noise", "occlusion")
    assert (once != other).any() == is_random


@pytest.mark.parametrize("key", ["shift", "noise", "occlusion"])
def test_the_same_image_is_changed_otherwise_at_another_place_also_in_another_batch(key: str, digits: Images) -> None:
    corrupted = corrupt(np.repeat(digits[:1], 1_001, axis=0), BY_KEY[key], BY_KEY[key].strengths[2])

    assert (corrupted[0] != corrupted[1]).any()
    assert (corrupted[0] != corrupted[1_000]).any()


@pytest.mark.parametrize("pixels", [0.5, 2.0, 3.0])
def test_a_shift_moves_the_centre_of_mass_by_so_many_pixels_in_all_directions(pixels: float, digits: Images) -> None:
    framed = digits.copy()
    framed[:, :4] = framed[:, -4:] = framed[:, :, :4] = framed[:, :, -4:] = 0

    moves = centres(corrupt(framed, BY_KEY["shift"], pixels)) - centres(framed)

    np.testing.assert_allclose(np.hypot(*moves.T), pixels, atol=0.02)
    assert {(bool(down), bool(right)) for down, right in moves > 0} == {(a, b) for a in (0, 1) for b in (0, 1)}


def test_digits_are_turned_by_so_many_degrees_either_way(digits: Images) -> None:
    corrupted = corrupt(digits, BY_KEY["rotation"], 90)

    left, right = (
        abs(corrupted - np.rot90(digits, sign, (1, 2)).astype(float)).max(axis=(1, 2)) <= 1 for sign in (1, -1)
    )
    assert (left | right).all()
    assert 60 < left.sum() < 140


def test_a_turn_between_right_angles_is_scipys(digits: Images) -> None:
    corrupted = corrupt(digits, BY_KEY["rotation"], 30)

    for image, turned in zip(digits, corrupted, strict=True):
        both = [
            ndimage.rotate(image.astype(float), sign * 30, reshape=False, order=1, mode="grid-constant")
            for sign in (1, -1)
        ]
        assert min(max_difference(turned, expected) for expected in both) <= 1


def test_half_the_size_is_the_digit_resized_without_skipping_pixels(digits: Images) -> None:
    corrupted = corrupt(digits, BY_KEY["scale"], 0.5)

    framed = tensor(np.pad(digits, ((0, 0), (14, 14), (14, 14)))[:, None]).float()
    half = functional.interpolate(framed, (28, 28), mode="bilinear", antialias=True)
    assert max_difference(corrupted, half[:, 0].numpy()) <= 1


@pytest.mark.parametrize("share", BY_KEY["scale"].strengths)
def test_a_smaller_digit_has_the_share_of_the_ink_and_keeps_its_middle(share: float, digits: Images) -> None:
    corrupted = corrupt(digits, BY_KEY["scale"], share)

    ink = corrupted.sum(axis=(1, 2), dtype=float) / digits.sum(axis=(1, 2), dtype=float)
    np.testing.assert_allclose(ink, share**2, rtol=0.06)
    np.testing.assert_allclose(centres(corrupted) - 13.5, share * (centres(digits) - 13.5), atol=0.15)


@pytest.mark.parametrize("pixels", [1, 2, 3])
def test_strokes_are_thicker_by_so_many_pixels_on_each_side(pixels: int, digits: Images) -> None:
    corrupted = corrupt(digits, BY_KEY["thickness"], pixels)

    side = 2 * pixels + 1
    np.testing.assert_array_equal(corrupted, ndimage.grey_dilation(digits, size=(1, side, side)))


def test_half_a_pixel_thicker_is_half_way_between(digits: Images) -> None:
    corrupted = corrupt(digits, BY_KEY["thickness"], 1.5)

    thick, thicker = (corrupt(digits, BY_KEY["thickness"], pixels).astype(float) for pixels in (1, 2))
    assert max_difference(corrupted, (thick + thicker) / 2) <= 0.5


def test_noise_has_the_standard_deviation_that_it_says() -> None:
    grey = np.full((200, 28, 28), 128, np.uint8)

    difference = corrupt(grey, BY_KEY["noise"], 0.1).astype(float) - 128

    assert abs(difference.mean()) < 0.5
    assert difference.std() == pytest.approx(25.5, rel=0.02)


def test_noise_is_cut_off_where_there_is_no_ink_and_full_ink(digits: Images) -> None:
    black, white = np.zeros((100, 28, 28), np.uint8), np.full((100, 28, 28), 255, np.uint8)

    dark, bright = (corrupt(images, BY_KEY["noise"], 0.2).astype(float) for images in (black, white))

    assert (dark == 0).mean() == pytest.approx(0.5, abs=0.02)
    assert (bright == 255).mean() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("sigma", [1, 1.5, 3])
def test_blur_is_scipys_gaussian_filter_with_black_around(sigma: float, digits: Images) -> None:
    corrupted = corrupt(digits, BY_KEY["blur"], sigma)

    expected = ndimage.gaussian_filter(digits.astype(float), (0, sigma, sigma), mode="constant", truncate=6)
    assert max_difference(corrupted, expected) <= 1


@pytest.mark.parametrize("share", BY_KEY["contrast"].strengths)
def test_contrast_leaves_that_share_of_the_brightness(share: float, digits: Images) -> None:
    assert max_difference(corrupt(digits, BY_KEY["contrast"], share), digits * share) <= 0.5001


@pytest.mark.parametrize("side", [2, 5, 14])
def test_occlusion_hides_exactly_a_square(side: int) -> None:
    white = np.full((300, 28, 28), 255, np.uint8)

    for image in corrupt(white, BY_KEY["occlusion"], side):
        rows, columns = np.nonzero(image == 0)
        assert len(rows) == side**2
        assert np.ptp(rows) == np.ptp(columns) == side - 1
        assert (image[image > 0] == 255).all()


def test_a_square_always_hides_ink_also_the_only_dot_in_a_corner(digits: Images) -> None:
    assert (corrupt(digits, BY_KEY["occlusion"], 2).sum(axis=(1, 2)) < digits.sum(axis=(1, 2))).all()
    dots = np.zeros((2, 28, 28), np.uint8)
    dots[0, 0, 0] = dots[1, 27, 27] = 1
    assert not corrupt(dots, BY_KEY["occlusion"], 3).any()


@all_corruptions
def test_an_image_without_ink_is_no_trouble(corruption: Corruption) -> None:
    black = np.zeros((2, 28, 28), np.uint8)

    assert corrupt(black, corruption, corruption.strengths[0]).any() == (corruption.key == "noise")


def test_a_stronger_change_is_more_of_the_same(digits: Images) -> None:
    mild, severe = (centres(corrupt(digits, BY_KEY["shift"], pixels)) - centres(digits) for pixels in (1, 2))
    assert ((mild * severe).sum(axis=1) > 0).all()

    small, large = (corrupt(digits, BY_KEY["occlusion"], side) for side in (3, 9))
    assert (large <= small).all()
