"""Ink, stroke width and slant are those one would measure by hand, and unusual ones are described."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.data import DataSet
from mnist_core.drawing import draw, normalise, stroke_measures
from mnist_core.drawing.stroke_measures import measure_strokes, unusual_measures

SEVEN = [[(10.0, 10.0), (60.0, 10.0), (30.0, 110.0)], [(20.0, 60.0), (55.0, 60.0)]]


def bar(width: int, degrees: float = 0) -> NDArray[np.uint8]:
    """One image of a bar 20 pixels long, leaning to the right by `degrees`."""
    image = np.zeros((1, 28, 28))
    for row in range(4, 24):
        start = 14 - width / 2 + math.tan(math.radians(degrees)) * (13.5 - row)
        image[0, row] = np.clip(np.minimum(np.arange(1, 29), start + width) - np.maximum(np.arange(28), start), 0, 1)
    return np.asarray(np.round(255 * image), np.uint8)


def measured(images: NDArray[np.uint8], name: str) -> float:
    return float(measure_strokes(images)[name][0])


def equal_measures(value: float) -> dict[str, NDArray[np.float64]]:
    return dict.fromkeys(stroke_measures.UNITS, np.array([value]))


def test_ink_is_counted_in_white_pixels() -> None:
    assert measured(bar(4), "ink") == pytest.approx(80)
    assert measured(bar(4) // 2, "ink") == pytest.approx(80 * 127 / 255)


@pytest.mark.parametrize("width", [2, 3, 4, 6])
def test_a_bars_stroke_width_is_about_its_width(width: int) -> None:
    assert measured(bar(width), "stroke width") == pytest.approx(width, rel=0.25)


def test_a_thicker_pen_has_a_larger_stroke_width_and_more_ink() -> None:
    images = np.array([normalise(draw(SEVEN, pen)) for pen in (10, 20, 30, 45)], np.uint8)

    measures = measure_strokes(images)

    assert (np.diff(measures["stroke width"]) > 0.1).all()
    assert (np.diff(measures["ink"]) > 5).all()


@pytest.mark.parametrize("degrees", [-30, -10, 0, 10, 30])
def test_the_slant_is_how_far_a_bar_leans_to_the_right(degrees: float) -> None:
    assert measured(bar(3, degrees), "slant") == pytest.approx(degrees, abs=0.5)


@pytest.mark.parametrize("name", stroke_measures.UNITS)
def test_the_place_in_the_image_does_not_matter(name: str) -> None:
    leaning = bar(3, 10)

    assert measured(np.roll(leaning, (3, -4), (1, 2)), name) == pytest.approx(measured(leaning, name), rel=1e-4)


def test_many_images_are_measured_as_each_is_alone(embedded: DataSet) -> None:
    measures = measure_strokes(embedded.test.images)

    assert measures.keys() == stroke_measures.UNITS.keys()
    for name, values in measures.items():
        assert values.shape == (1_000,)
        for index in (0, 1, 499, 500, 501, 999):
            assert values[index] == pytest.approx(measured(embedded.test.images[[index]], name), rel=1e-5)


def test_a_blank_image_has_measures_that_are_numbers() -> None:
    measures = measure_strokes(np.zeros((2, 28, 28), np.uint8))

    assert all(np.isfinite(values).all() for values in measures.values())


OTHERS = {name: np.arange(1_000.0) for name in stroke_measures.UNITS}


def test_a_drawing_like_many_others_is_unusual_in_nothing() -> None:
    assert unusual_measures(equal_measures(500.5), OTHERS) == {}
    assert unusual_measures(equal_measures(15.5), OTHERS) == {}


@pytest.mark.parametrize(
    ("value", "descriptions", "share"),
    [
        (4.5, ["less ink", "thinner strokes", "a stronger slant to the left"], 0.005),
        (2_000.0, ["more ink", "thicker strokes", "a stronger slant to the right"], 0.0),
        (996.5, ["more ink", "thicker strokes", "a stronger slant to the right"], 0.003),
    ],
)
def test_an_unusual_measure_is_described_with_the_share_of_more_extreme_images(
    value: float, descriptions: list[str], share: float
) -> None:
    unusual = unusual_measures(equal_measures(value), OTHERS)

    assert list(unusual) == descriptions
    assert list(unusual.values()) == pytest.approx([share] * 3)


def test_the_share_that_counts_as_unusual_can_be_chosen() -> None:
    assert unusual_measures(equal_measures(50.5), OTHERS, share=0.05) == {}
    assert len(unusual_measures(equal_measures(49.0), OTHERS, share=0.05)) == 3


def test_few_of_mnists_images_are_unusual_and_a_drawing_with_a_broad_pen_is(embedded: DataSet) -> None:
    others, tested = measure_strokes(embedded.train.images), measure_strokes(embedded.test.images[:300])
    drawings = [{name: values[[index]] for name, values in tested.items()} for index in range(300)]
    broad = normalise(draw(SEVEN, 100))
    assert broad is not None

    assert np.mean([bool(unusual_measures(drawing, others)) for drawing in drawings]) < 0.1
    assert "thicker strokes" in unusual_measures(measure_strokes(broad[None]), others)
