"""A pen draws where its strokes are, as wide as it is, and never beyond the canvas."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.drawing import draw, paint

LINE = [[[140.0, 60.0], [140.0, 220.0]]]


def extent(canvas: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """First and last row of the ink, first and last column."""
    rows, columns = np.flatnonzero((canvas > 127).any(axis=1)), np.flatnonzero((canvas > 127).any(axis=0))
    return int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])


@pytest.mark.parametrize("pen", [4.0, 20.0, 27.0, 60.0])
def test_strokes_are_painted_where_they_are_as_wide_as_the_pen(pen: float) -> None:
    canvas = paint(LINE, pen)

    assert (canvas.shape, canvas.dtype, canvas.max()) == ((280, 280), np.uint8, 255)
    top, bottom, left, right = extent(canvas)
    assert right - left + 1 == pytest.approx(pen, abs=1.5)
    assert (top, bottom + 1) == pytest.approx((60 - pen / 2, 220 + pen / 2), abs=1.5)
    assert (left + right + 1) / 2 == pytest.approx(140, abs=1)


def test_strokes_beyond_the_canvas_are_cut_off() -> None:
    canvas = paint([[[-50.0, 100.0], [400.0, 100.0]], [[-500.0, -500.0]]], 20)

    assert extent(canvas)[2:] == (0, 279)
    assert not canvas[:80].any()
    assert not canvas[120:].any()


def test_no_strokes_leave_the_canvas_blank() -> None:
    assert not paint([], 20).any()


@pytest.mark.parametrize(("pen", "fill"), [(10.0, 0.7), (40.0, 0.7), (20.0, 0.2)])
def test_a_drawing_is_scaled_to_the_share_of_the_canvas_and_drawn_with_the_pen_that_are_asked_for(
    pen: float, fill: float
) -> None:
    top, bottom, left, right = extent(draw(LINE, pen, fill))

    assert bottom - top + 1 == pytest.approx(fill * 280 + pen, abs=2)
    assert right - left + 1 == pytest.approx(pen, abs=1.5)
