"""Drawings that cannot be one digit are rejected with a reason."""

import numpy as np
import pytest

from mnist_core.data import DataSet
from mnist_core.drawing import draw, paint
from mnist_core.drawing.rejection import unreadable_reason

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


@pytest.mark.parametrize("unit", [1 / 255, 1.0, 100.0])
def test_a_digit_can_be_one_in_whatever_unit_its_ink_is(unit: float) -> None:
    assert unreadable_reason(draw(SEVEN) * unit) is None


def test_nearly_all_of_mnists_own_images_can_be_a_digit(embedded: DataSet) -> None:
    assert np.mean([unreadable_reason(image) is None for image in embedded.test.images[:200]]) > 0.95
