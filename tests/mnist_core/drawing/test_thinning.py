"""Ink that is too broad for its size becomes as thin as MNIST's, and other ink is left alone."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import label

from mnist_core.data import DataSet
from mnist_core.drawing import Strokes, draw, normalise, thin_strokes
from mnist_core.drawing.pen import FILL, PEN
from mnist_core.drawing.stroke_measures import measure_strokes

USUAL = 2.57
"""Median stroke width of MNIST's training images, in pixels."""
SEVEN = [[(10.0, 10.0), (60.0, 10.0), (30.0, 110.0)], [(20.0, 60.0), (55.0, 60.0)]]
_ANGLES = np.linspace(0, 2 * np.pi, 40)
ZERO = [np.column_stack([30 * np.sin(_ANGLES), 45 * np.cos(_ANGLES)]).tolist()]
EIGHT = [
    [(float(30 * np.sin(angle)), float(30 * np.cos(angle))) for angle in _ANGLES]
    + [(float(30 * np.sin(angle)), float(60 - 30 * np.cos(angle))) for angle in _ANGLES]
]


def image(ink: NDArray[np.number]) -> NDArray[np.uint8]:
    normalised = normalise(ink)
    assert normalised is not None
    return normalised


def width(ink: NDArray[np.number]) -> float:
    return float(measure_strokes(image(ink)[None])["stroke width"][0])


def holes(ink: NDArray[np.number]) -> list[int]:
    """How large the holes in the ink are once it is normalised, in pixels, the smallest first."""
    regions, _ = label(image(ink) < 128)
    return sorted(np.bincount(regions.ravel())[1:].tolist())[:-1]


@pytest.mark.parametrize("strokes", [SEVEN, ZERO, EIGHT], ids=["7", "0", "8"])
@pytest.mark.parametrize("fill", [0.25, 0.3])
def test_what_is_drawn_small_with_a_broad_pen_gets_about_the_usual_stroke_width(fill: float, strokes: Strokes) -> None:
    ink = draw(strokes, PEN, fill)

    assert width(ink) > 1.6 * USUAL
    assert width(thin_strokes(ink)) == pytest.approx(USUAL, rel=0.5)


@pytest.mark.parametrize(("strokes", "count"), [(ZERO, 1), (EIGHT, 2)], ids=["0", "8"])
def test_a_small_drawing_has_its_loops_back(strokes: Strokes, count: int) -> None:
    before, after = (holes(ink) for ink in (draw(strokes, PEN, 0.25), thin_strokes(draw(strokes, PEN, 0.25))))

    assert len(after) == count
    assert sum(after) > 1.5 * sum(before)


@pytest.mark.parametrize("strokes", [SEVEN, ZERO, EIGHT], ids=["7", "0", "8"])
def test_what_is_drawn_with_a_usual_or_a_thin_pen_is_left_as_it_is(strokes: Strokes) -> None:
    for pen in (PEN, PEN / 3):
        np.testing.assert_array_equal(thin_strokes(draw(strokes, pen, FILL)), draw(strokes, pen, FILL))


def test_nearly_all_of_mnists_own_images_are_left_as_they_are(embedded: DataSet) -> None:
    assert np.mean([np.array_equal(thin_strokes(digit), digit) for digit in embedded.test.images[:300]]) > 0.9


@pytest.mark.parametrize("unit", [1 / 255, 0.5, 100.0])
def test_the_unit_of_the_ink_does_not_matter(unit: float) -> None:
    ink = draw(SEVEN, PEN, 0.25)

    difference = image(thin_strokes(ink * unit)).astype(int) - image(thin_strokes(ink))

    assert np.abs(difference).max() <= 1


def test_the_place_on_the_canvas_does_not_matter() -> None:
    ink = draw(SEVEN, PEN, 0.25)

    np.testing.assert_array_equal(image(thin_strokes(np.roll(ink, (-60, 45), (0, 1)))), image(thin_strokes(ink)))


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (5, 5), (27, 27), (200, 200), (40, 200), (2, 9)])
def test_ink_is_never_thinned_to_nothing(shape: tuple[int, int]) -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[40 : 40 + shape[0], 40 : 40 + shape[1]] = 255

    assert thin_strokes(ink).max() >= 1


def test_a_bright_spot_on_faint_strokes_makes_no_block_of_them() -> None:
    ink = draw([[(0, 0), (0, 30), (30, 30)]], PEN, 0.2) * 0.4
    row, column = np.argwhere(ink > 0)[1_000]
    ink[row, column] = 255

    # An L has no ink in the upper right corner of its box.
    assert not image(thin_strokes(ink))[:14, 18:].any()


def test_thinned_ink_is_from_0_to_1_and_the_drawing_is_left_as_it_was() -> None:
    ink = draw(EIGHT, PEN, 0.25)
    before = ink.copy()

    thinned = thin_strokes(ink)

    assert (thinned.min(), thinned.max()) == (0, 1)
    np.testing.assert_array_equal(ink, before)


def test_a_blank_canvas_stays_blank() -> None:
    assert not thin_strokes(np.zeros((280, 280), np.uint8)).any()
