"""Drawings that cannot be one digit are rejected with a reason."""

import json
from pathlib import Path

import numpy as np
import pytest

from mnist_core.data import DataSet
from mnist_core.drawing import Strokes, draw, paint, read_drawings
from mnist_core.drawing.rejection import unreadable_reason, unreadable_strokes

SEVEN = [[(10.0, 10.0), (60.0, 10.0), (30.0, 110.0)], [(20.0, 60.0), (55.0, 60.0)]]
BESIDE_EACH_OTHER = [[(60.0, 60.0), (60.0, 200.0)], [(200.0, 60.0), (200.0, 200.0)]]


@pytest.mark.parametrize("shape", [(280, 280), (28, 28), (1, 1)])
def test_a_canvas_without_ink_is_blank(shape: tuple[int, int]) -> None:
    assert unreadable_reason(np.zeros(shape)) == "blank"


def test_a_dot_is_tiny() -> None:
    assert unreadable_reason(paint([[(100.0, 100.0)]], 10)) == "tiny"


@pytest.mark.parametrize("stroke", [[(50.0, 50.0), (50.0, 120.0)], [(50.0, 50.0), (120.0, 50.0)]])
def test_a_short_stroke_in_either_direction_is_not_tiny(stroke: list[tuple[float, float]]) -> None:
    assert unreadable_reason(paint([stroke], 10)) is None


def test_two_strokes_far_apart_side_by_side_are_several() -> None:
    assert unreadable_reason(paint(BESIDE_EACH_OTHER, 20)) == "several"


@pytest.mark.parametrize("side", [0, 280])
@pytest.mark.parametrize(
    ("strokes", "reason"),
    [
        ([[[140.0, 140.0]]], "tiny"),
        ([[[140.0, 140.0], [140.0, 140.0]]], "tiny"),
        (SEVEN, None),
        (BESIDE_EACH_OTHER, "several"),
        # Joined by the broadest pen of a canvas.
        ([[(60.0, 60.0), (60.0, 200.0)], [(95.0, 60.0), (95.0, 200.0)]], "several"),
    ],
)
def test_strokes_get_one_reason_on_a_canvas_and_in_a_file(
    strokes: Strokes, reason: str | None, side: int, tmp_path: Path
) -> None:
    assert unreadable_strokes(strokes, side) == reason
    (tmp_path / "drawings.json").write_text(json.dumps([{"strokes": strokes}]))
    [drawn] = read_drawings(tmp_path / "drawings.json")
    assert drawn.unreadable == reason


def test_what_is_small_on_a_canvas_is_tiny_and_in_a_file_of_any_unit_it_is_not() -> None:
    small = [[(10.0, 10.0), (20.0, 10.0), (12.0, 30.0)]]

    assert unreadable_strokes(small, 280) == "tiny"
    assert unreadable_strokes(small) is None


@pytest.mark.parametrize("unit", [1 / 255, 1.0, 100.0])
def test_a_digit_can_be_one_in_whatever_unit_its_ink_is(unit: float) -> None:
    assert unreadable_reason(draw(SEVEN) * unit) is None


def test_nearly_all_of_mnists_own_images_can_be_a_digit(embedded: DataSet) -> None:
    assert np.mean([unreadable_reason(image) is None for image in embedded.test.images[:200]]) > 0.95
