"""Synthetic digits look like digits, synthetic non-digits do not, and no two images are equal."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.data import DataSet, Digits, synthetic
from mnist_core.data.synthetic.glyphs import DIGIT_GLYPHS, LETTER_GLYPHS
from mnist_core.data.synthetic.handwriting import handwrite, parse_glyph
from mnist_core.drawing.normalisation import centre_of_mass
from mnist_core.knn.classifier import knn_for_drawings

BOTH = pytest.mark.parametrize(
    "generate", [synthetic.generate_digits, synthetic.generate_non_digits], ids=["digits", "non-digits"]
)
Generate = Callable[[int, int], Digits]


def bulge(curve: NDArray[np.float64]) -> float:
    """How far a curve leaves the straight line between its ends."""
    x, y = (curve - curve[0]).T
    return float(np.abs(x * y[-1] - y * x[-1]).max() / np.hypot(x[-1], y[-1]))


@BOTH
def test_the_requested_number_of_images_is_generated(generate: Generate) -> None:
    for count in (0, 1, 23):
        digits = generate(count, 0)
        assert (digits.images.shape, digits.images.dtype) == ((count, 28, 28), np.uint8)
        assert (digits.labels.shape, digits.labels.dtype) == ((count,), np.uint8)


def test_all_ten_digits_are_generated() -> None:
    assert set(synthetic.generate_digits(200, 0).labels.tolist()) == set(range(10))


def test_non_digits_have_a_label_of_their_own() -> None:
    assert set(synthetic.generate_non_digits(12, 0).labels.tolist()) == {synthetic.NO_DIGIT}
    assert synthetic.NO_DIGIT not in range(10)


@BOTH
def test_the_same_seed_gives_the_same_images_and_another_seed_gives_others(generate: Generate) -> None:
    one, again, other = (generate(20, seed).images for seed in (4, 4, 5))

    np.testing.assert_array_equal(one, again)
    assert not (one == other).all(axis=(1, 2)).any()


@BOTH
def test_no_two_images_are_equal(generate: Generate) -> None:
    assert len({image.tobytes() for image in generate(100, 0).images}) == 100


@BOTH
def test_images_are_normalised_as_mnists_are(generate: Generate) -> None:
    for image in generate(60, 1).images:
        assert image.max() == 255
        assert centre_of_mass(image) == pytest.approx((14, 14), abs=0.51)
        assert max(np.ptp(np.flatnonzero(image.any(axis=axis))) for axis in (0, 1)) <= 19


def test_the_labels_are_those_of_the_digits_drawn(embedded: DataSet) -> None:
    digits = synthetic.generate_digits(200, 2)

    nearest = knn_for_drawings(embedded.train).find_neighbours(digits.images, 1).labels[:, 0]

    # Many glyphs are rare in MNIST, so that some are misread.
    assert (nearest == digits.labels).mean() > 0.5


def test_non_digits_are_farther_from_mnist_than_digits(embedded: DataSet) -> None:
    classifier = knn_for_drawings(embedded.train)
    digits, others = (
        np.median(classifier.find_neighbours(generate(100, 3).images, 1).distances)
        for generate in (synthetic.generate_digits, synthetic.generate_non_digits)
    )

    assert others > 1.1 * digits


def test_a_glyph_is_parsed_into_strokes_of_points_with_corners_twice() -> None:
    first, second = parse_glyph("01 90! 39 / 24 84")

    assert first.tolist() == [[0, 1], [9, 0], [9, 0], [3, 9]]
    assert second.tolist() == [[2, 4], [8, 4]]


def test_all_ten_digits_have_glyphs_and_each_stroke_has_at_least_two_points() -> None:
    assert sorted(DIGIT_GLYPHS) == list(range(10))
    assert all(DIGIT_GLYPHS.values())
    for glyph in [glyph for glyphs in DIGIT_GLYPHS.values() for glyph in glyphs] + list(LETTER_GLYPHS):
        for points in parse_glyph(glyph):
            assert len(points) >= 2
            assert ((points >= 0) & (points <= 9)).all()


def test_handwriting_keeps_each_stroke_near_its_points() -> None:
    glyph, rng = parse_glyph("00 90! 39 / 24 84"), np.random.default_rng(0)

    for _ in range(20):
        long, bar = handwrite(glyph, rng)
        # To the right and then down; the bar from left to right, across the middle of the first stroke.
        assert long[-1, 1] - long[0, 1] > 5
        assert long[:, 0].max() - long[0, 0] > 2
        assert bar[-1, 0] - bar[0, 0] > 1
        assert long[:, 1].min() < bar[:, 1].mean() < long[:, 1].max()


def test_handwriting_rounds_smooth_strokes_and_is_straight_up_to_a_corner() -> None:
    rng, smooth, corner = np.random.default_rng(0), list[float](), list[float]()
    for _ in range(20):
        (curve,), (angle,) = (handwrite(parse_glyph(glyph), rng) for glyph in ("05 40 95", "05 40! 95"))
        # From the first point to the second; a corner is two points.
        smooth.append(bulge(curve[: len(curve) // 2 + 1]))
        corner.append(bulge(angle[: len(angle) // 3 + 1]))

    assert np.median(corner) < np.median(smooth) / 3


def test_handwriting_does_not_change_its_argument() -> None:
    glyph = parse_glyph("05 40! 95")

    handwrite(glyph, np.random.default_rng(0))

    np.testing.assert_array_equal(glyph[0], parse_glyph("05 40! 95")[0])
