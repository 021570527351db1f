"""Digits that the program draws are digits, shapes that are none are not, and each is drawn a little differently."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.knn.classifier import for_drawings
from mnist_core.data import synthetic
from mnist_core.data import DataSet, Digits
from mnist_core.drawing.normalisation import centre_of_mass
from mnist_core.data.synthetic.glyphs import DIGITS, LETTERS
from mnist_core.data.synthetic.handwriting import parse, write

BOTH = pytest.mark.parametrize("drawn", [synthetic.draw_digits, synthetic.draw_non_digits], ids=["digits", "non-digits"])
Draw = Callable[[int, int], Digits]


def bulge(curve: NDArray[np.float64]) -> float:
    """How far a curve leaves the straight line between its ends."""
    x, y = (curve - curve[0]).T
    return float(np.abs(x * y[-1] - y * x[-1]).max() / np.hypot(x[-1], y[-1]))


@BOTH
def test_as_many_are_drawn_as_are_asked_for(drawn: Draw) -> None:
    for count in (0, 1, 23):
        found = drawn(count, 0)
        assert (found.images.shape, found.images.dtype) == ((count, 28, 28), np.uint8)
        assert (found.labels.shape, found.labels.dtype) == ((count,), np.uint8)


def test_all_ten_digits_are_drawn() -> None:
    assert set(synthetic.draw_digits(200, 0).labels.tolist()) == set(range(10))


def test_what_is_no_digit_has_a_label_that_is_none() -> None:
    assert set(synthetic.draw_non_digits(12, 0).labels.tolist()) == {synthetic.NO_DIGIT}
    assert synthetic.NO_DIGIT not in range(10)


@BOTH
def test_the_same_seed_draws_the_same_and_another_seed_something_else(drawn: Draw) -> None:
    one, again, other = (drawn(20, seed).images for seed in (4, 4, 5))

    np.testing.assert_array_equal(one, again)
    assert not (one == other).all(axis=(1, 2)).any()


@BOTH
def test_no_two_are_alike(drawn: Draw) -> None:
    assert len({image.tobytes() for image in drawn(100, 0).images}) == 100


@BOTH
def test_each_lies_in_its_image_as_mnists_digits_do(drawn: Draw) -> None:
    for image in drawn(60, 1).images:
        assert image.max() == 255
        assert centre_of_mass(image) == pytest.approx((14, 14), abs=0.51)
        assert max(np.ptp(np.flatnonzero(image.any(axis=axis))) for axis in (0, 1)) <= 19


def test_the_labels_are_what_is_drawn(embedded: DataSet) -> None:
    drawn = synthetic.draw_digits(200, 2)

    nearest = for_drawings(embedded.train).neighbours(drawn.images, 1).labels[:, 0]

    # The forms are those that MNIST lacks, so that some are misread.
    assert (nearest == drawn.labels).mean() > 0.5


def test_what_is_no_digit_is_less_like_mnists_digits_than_those_that_are_drawn(embedded: DataSet) -> None:
    judge = for_drawings(embedded.train)
    digits, others = (
        np.median(judge.neighbours(drawn(100, 3).images, 1).distances)
        for drawn in (synthetic.draw_digits, synthetic.draw_non_digits)
    )

    assert others > 1.1 * digits


def test_a_form_is_read_as_strokes_of_places_with_corners_twice() -> None:
    first, second = parse("01 90! 39 / 24 84")

    assert first.tolist() == [[0, 1], [9, 0], [9, 0], [3, 9]]
    assert second.tolist() == [[2, 4], [8, 4]]


def test_all_ten_digits_have_forms_and_each_form_has_strokes_of_two_places_at_least() -> None:
    assert sorted(DIGITS) == list(range(10))
    assert all(DIGITS.values())
    for form in [form for forms in DIGITS.values() for form in forms] + list(LETTERS):
        for places in parse(form):
            assert len(places) >= 2
            assert ((places >= 0) & (places <= 9)).all()


def test_a_hand_keeps_the_strokes_apart_and_each_near_its_places() -> None:
    form, chance = parse("00 90! 39 / 24 84"), np.random.default_rng(0)

    for _ in range(20):
        long, bar = write(form, chance)
        # To the right and then down; the bar from left to right, across the middle of what was drawn first.
        assert long[-1, 1] - long[0, 1] > 5
        assert long[:, 0].max() - long[0, 0] > 2
        assert bar[-1, 0] - bar[0, 0] > 1
        assert long[:, 1].min() < bar[:, 1].mean() < long[:, 1].max()


def test_a_hand_rounds_what_is_smooth_and_goes_straight_to_a_corner() -> None:
    chance, smooth, corner = np.random.default_rng(0), list[float](), list[float]()
    for _ in range(20):
        (curve,), (angle,) = (write(parse(form), chance) for form in ("05 40 95", "05 40! 95"))
        # From the first place to the second; a corner is two places.
        smooth.append(bulge(curve[: len(curve) // 2 + 1]))
        corner.append(bulge(angle[: len(angle) // 3 + 1]))

    assert np.median(corner) < np.median(smooth) / 3


def test_a_hand_leaves_the_form_as_it_was() -> None:
    form = parse("05 40! 95")

    write(form, np.random.default_rng(0))

    np.testing.assert_array_equal(form[0], parse("05 40! 95")[0])
