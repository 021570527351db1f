"""A sheet on a table is found and straightened; where there is no table, nothing is cut off."""

import cv2
import numpy as np
import pytest

from mnist_core.drawing.photo import PhotoSteps, find_digits
from mnist_core.drawing.sheet import find_sheet, straighten
from tests.mnist_core.drawing.made_pictures import DIGIT_KINDS
from tests.mnist_core.drawing.made_rows import BLANK_KINDS
from tests.mnist_core.drawing.made_sheets import SIDE, Colour, Photo, Sheet, corners_on_a_table, on_a_table

DOTS = [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)]
"""Places on the sheet, as shares of its sides."""


def dotted(rng: np.random.Generator) -> Photo:
    sheet = Sheet(rng)
    for x, y in DOTS:
        sheet.line([(x * SIDE, y * SIDE)] * 2, 20)
    return sheet.photo()


@pytest.mark.parametrize("table", [(85, 50, 25), (120, 120, 118)], ids=["wood", "grey"])
@pytest.mark.parametrize(("share", "perspective"), [(0.7, 0), (0.5, 0), (0.5, 0.2)])
def test_a_turned_sheet_is_straightened(share: float, perspective: float, table: Colour) -> None:
    rng = np.random.default_rng(3)
    corners = corners_on_a_table((SIDE, SIDE), rng, share, perspective)
    picture = dotted(rng).edited(lambda flat: on_a_table(flat, corners, rng, table)).pixels()

    found = find_sheet(picture)

    assert found is not None
    np.testing.assert_allclose(found, corners, atol=4)
    straight = straighten(picture, found)
    height, width = straight.shape[:2]
    _, _, _, centres = cv2.connectedComponentsWithStats((straight.mean(axis=2) < 0.4).astype(np.uint8))
    # Of each side, 1.5 % is cut off with the edge.
    expected = (np.array(DOTS) - 0.015) / 0.97
    places = centres[1:] / [width, height]
    assert len(places) == 4
    assert max(np.abs(places - place).max(axis=1).min() for place in expected) <= 0.02


@pytest.mark.parametrize("kind", ["plain", "lined", "wide squares", "negative", "hard shadow", "vignette", "box"])
def test_paper_that_fills_the_picture_is_left_as_it_is(kind: str) -> None:
    picture = DIGIT_KINDS[kind](np.random.default_rng(4), 4).pixels()

    assert find_sheet(picture) is None


@pytest.mark.parametrize("seed", range(5))
def test_the_edge_of_a_shadow_is_not_that_of_a_sheet(seed: int) -> None:
    assert find_sheet(BLANK_KINDS["edge of a shadow"](np.random.default_rng(seed)).pixels()) is None


def test_a_0_that_fills_the_picture_is_no_sheet() -> None:
    sheet = Sheet(np.random.default_rng(7), (280, 440))
    sheet.line([(170, 30), (30, 285), (60, 400), (235, 400), (245, 360), (170, 30)], 56)

    assert find_sheet(sheet.photo().pixels()) is None


def test_what_is_outside_of_the_picture_is_no_ink() -> None:
    rng = np.random.default_rng(5)
    corners = np.array([[88, -20], [720, 70], [630, 706], [-4, 615]], float)
    photo = DIGIT_KINDS["plain"](rng, 3).edited(lambda flat: on_a_table(flat, corners, rng))

    found = find_digits(photo.pixels())

    assert found.corners is not None
    assert len(found.digits) == 1


def test_the_step_can_be_left_out() -> None:
    picture = DIGIT_KINDS["sheet, 60 %"](np.random.default_rng(6), 6).pixels()

    found = find_digits(picture, PhotoSteps(sheet=False))

    assert found.corners is None
    np.testing.assert_array_equal(found.paper, picture)
