"""Strokes and presses of Undo and Clear that come before the server has answered those before them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.canvas import (
    BAR,
    ONE,
    SEVEN,
    Points,
    brightness,
    drawing_surface,
    in_one_moment,
    open_canvas,
    stroke,
    strokes_drawn,
    strokes_kept,
    touch,
    wait_for_brightness,
)

pytestmark = pytest.mark.browser
UNDO, CLEAR = ".st-key-canvas-undo button", ".st-key-canvas-clear button"


def test_undo_takes_back_the_stroke_that_was_not_answered_yet(page: Page, app: str) -> None:
    open_canvas(page, app)
    stroke(page, SEVEN)
    expect(strokes_drawn(page, 1)).to_be_visible()
    seven = brightness(page)

    stroke(page, BAR)
    page.get_by_role("button", name="Undo").click()

    expect(strokes_drawn(page, 1)).to_be_visible()
    wait_for_brightness(page, 0.99 * seven, 1.01 * seven)


def test_each_press_and_stroke_counts_that_comes_before_the_server_answers(page: Page, app: str) -> None:
    first, second, _ = draw_three_strokes(page, app)

    in_one_moment(page, UNDO, UNDO)
    expect(strokes_drawn(page, 1)).to_be_visible()
    assert strokes_kept(page) == [first]
    in_one_moment(page, CLEAR, BAR, UNDO, SEVEN, BAR, UNDO, ONE)
    expect(strokes_drawn(page, 2)).to_be_visible()
    starts = [stroke[0] for stroke in strokes_kept(page)]
    assert [*starts[0], *starts[1]] == pytest.approx([*SEVEN[0], *ONE[0]], abs=1)
    stroke(page, BAR)
    expect(strokes_drawn(page, 3)).to_be_visible()
    assert strokes_kept(page)[2] == second


@pytest.mark.parametrize("draw", [stroke, touch])
@pytest.mark.parametrize(("button", "left"), [(UNDO, 2), (CLEAR, 0)])
def test_a_stroke_that_is_begun_right_after_undo_or_clear_is_drawn_whole(
    button: str, left: int, draw: Callable[[Page, Points], None], page: Page, app: str
) -> None:
    *_, one = before = draw_three_strokes(page, app)

    in_one_moment(page, button)
    draw(page, ONE)

    expect(strokes_drawn(page, left + 1)).to_be_visible()
    *others, last = strokes_kept(page)
    assert others == before[:left]
    assert_like(last, one)


def test_a_stroke_that_is_begun_while_the_canvas_is_restored_or_the_pen_changed_is_drawn_whole(
    page: Page, app: str
) -> None:
    *_, one = before = draw_three_strokes(page, app)

    page.reload()
    drawing_surface(page).wait_for()
    stroke(page, ONE)
    expect(strokes_drawn(page, 4)).to_be_visible()
    assert strokes_kept(page)[:3] == before
    assert_like(strokes_kept(page)[3], one)

    page.get_by_role("slider", name="Pen width").press("End")
    stroke(page, ONE)
    expect(strokes_drawn(page, 5)).to_be_visible()
    assert_like(strokes_kept(page)[4], one)


def test_a_stroke_that_waits_is_drawn_where_it_was_drawn_when_the_page_has_moved(page: Page, app: str) -> None:
    page.set_viewport_size({"width": 390, "height": 500})
    *_, one = draw_three_strokes(page, app)
    box = drawing_surface(page).bounding_box()

    in_one_moment(page, CLEAR, ONE)
    page.get_by_test_id("stMain").evaluate("(main) => main.scrollBy(0, 60)")

    expect(strokes_drawn(page, 1)).to_be_visible()
    assert drawing_surface(page).bounding_box() != box
    assert_like(strokes_kept(page)[0], one)


def draw_three_strokes(page: Page, app: str) -> list[list[list[float]]]:
    """Draw on a blank canvas, and return what it keeps."""
    open_canvas(page, app)
    for number, points in enumerate((SEVEN, BAR, ONE), start=1):
        stroke(page, points)
        expect(strokes_drawn(page, number)).to_be_visible()
    return strokes_kept(page)


def assert_like(stroke: list[list[float]], other: list[list[float]]) -> None:
    """Compare where strokes begin and end; the browser tells a mouse in whole pixels."""
    assert [*stroke[0], *stroke[-1]] == pytest.approx([*other[0], *other[-1]], abs=1)
