"""Ink, stroke width and slant are those one would measure by hand, and what is unusual is said in words."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.data import DataSet
from mnist_core.drawing import draw, likeness, normalise

SEVEN = [[(10.0, 10.0), (60.0, 10.0), (30.0, 110.0)], [(20.0, 60.0), (55.0, 60.0)]]


def bar(width: int, degrees: float = 0) -> NDArray[np.uint8]:
    """One image of a bar 20 pixels long that leans so far to the right."""
    image = np.zeros((1, 28, 28))
    for row in range(4, 24):
        start = 14 - width / 2 + math.tan(math.radians(degrees)) * (13.5 - row)
        image[0, row] = np.clip(np.minimum(np.arange(1, 29), start + width) - np.maximum(np.arange(28), start), 0, 1)
    return np.asarray(np.round(255 * image), np.uint8)


def measured(images: NDArray[np.uint8], name: str) -> float:
    return float(likeness.measures(images)[name][0])


def placed(value: float) -> dict[str, NDArray[np.float64]]:
    return dict.fromkeys(likeness.UNITS, np.array([value]))


def test_ink_is_counted_in_white_pixels() -> None:
    assert measured(bar(4), "ink") == pytest.approx(80)
    assert measured(bar(4) // 2, "ink") == pytest.approx(80 * 127 / 255)


@pytest.mark.parametrize("width", [2, 3, 4, 6])
def test_a_bars_stroke_width_is_about_its_width(width: int) -> None:
    assert measured(bar(width), "stroke width") == pytest.approx(width, rel=0.25)


def test_a_thicker_pen_has_a_larger_stroke_width_and_more_ink() -> None:
    images = np.array([normalise(draw(SEVEN, pen)) for pen in (10, 20, 30, 45)], np.uint8)

    found = likeness.measures(images)

    assert (np.diff(found["stroke width"]) > 0.1).all()
    assert (np.diff(found["ink"]) > 5).all()


@pytest.mark.parametrize("degrees", [-30, -10, 0, 10, 30])
def test_the_slant_is_how_far_a_bar_leans_to_the_right(degrees: float) -> None:
    assert measured(bar(3, degrees), "slant") == pytest.approx(degrees, abs=0.5)


@pytest.mark.parametrize("name", likeness.UNITS)
def test_the_place_in_the_image_does_not_matter(name: str) -> None:
    leaning = bar(3, 10)

    assert measured(np.roll(leaning, (3, -4), (1, 2)), name) == pytest.approx(measured(leaning, name), rel=1e-4)


def test_many_images_are_measured_as_each_is_alone(embedded: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "_AT_ONCE", 3)
    images = embedded.test.images[:8]

    found = likeness.measures(images)

    assert found.keys() == likeness.UNITS.keys()
    for name, values in found.items():
        alone = [measured(image[None], name) for image in images]
        np.testing.assert_allclose(values, alone, rtol=1e-5)


def test_a_blank_image_has_measures_that_are_numbers() -> None:
    found = likeness.measures(np.zeros((2, 28, 28), np.uint8))

    assert all(np.isfinite(values).all() for values in found.values())


OTHERS = {name: np.arange(1_000.0) for name in likeness.UNITS}


def test_a_drawing_like_many_others_is_unlike_them_in_nothing() -> None:
    assert likeness.unlike(placed(500.5), OTHERS) == []
    assert likeness.unlike(placed(15.5), OTHERS) == []


@pytest.mark.parametrize(
    ("value", "words", "share"),
    [
        (4.5, ["less ink", "thinner strokes", "a stronger slant to the left"], 0.005),
        (2_000.0, ["more ink", "thicker strokes", "a stronger slant to the right"], 0.0),
        (996.5, ["more ink", "thicker strokes", "a stronger slant to the right"], 0.003),
    ],
)
def test_what_few_others_share_is_said_in_words_with_their_share(value: float, words: list[str], share: float) -> None:
    found = likeness.unlike(placed(value), OTHERS)

    assert [unlike.words for unlike in found] == words
    assert [unlike.share for unlike in found] == pytest.approx([share] * 3)


def test_how_few_must_share_it_can_be_chosen() -> None:
    assert likeness.unlike(placed(50.5), OTHERS, share=0.05) == []
    assert len(likeness.unlike(placed(49.0), OTHERS, share=0.05)) == 3


def test_few_of_mnists_images_are_unlike_the_others_and_a_drawing_with_a_broad_pen_is(embedded: DataSet) -> None:
    others, tested = likeness.measures(embedded.train.images), likeness.measures(embedded.test.images[:300])
    each = [{name: values[[index]] for name, values in tested.items()} for index in range(300)]
    broad = normalise(draw(SEVEN, 100))
    assert broad is not None

    assert np.mean([bool(likeness.unlike(one, others)) for one in each]) < 0.1
    assert "thicker strokes" in [unlike.words for unlike in likeness.unlike(likeness.measures(broad[None]), others)]
