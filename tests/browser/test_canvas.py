"""The canvas under a finger and over the edge, and the parts of streamlit-drawable-canvas that it leans on."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import axe_violations
from tests.browser.canvas import (
    BAR,
    SEVEN,
    brightness,
    drawing_surface,
    on_screen,
    open_canvas,
    shown_answer,
    stroke,
    strokes_drawn,
    strokes_kept,
    touch,
    wait_for_brightness,
)

pytestmark = pytest.mark.browser

CORNER = (262, 8)
"""On the canvas, where the package's toolbar would be."""


def test_a_finger_draws_in_view_of_the_answer_and_does_not_move_the_page(phone: Page, app: str) -> None:
    open_canvas(phone, app)
    before = drawing_surface(phone).bounding_box()

    touch(phone, SEVEN)

    expect(shown_answer(phone)).to_have_text("7")
    expect(phone.locator(".prediction-answer")).to_be_in_viewport(ratio=1)
    expect(drawing_surface(phone)).to_be_in_viewport(ratio=1)
    assert drawing_surface(phone).bounding_box() == before
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert axe_violations(phone) == []


def test_what_is_pressed_with_a_finger_is_large_enough(phone: Page, app: str) -> None:
    open_canvas(phone, app)

    row = phone.locator(".st-key-pen-width [role=group] > div")
    for target in (phone.get_by_role("button", name="Undo"), phone.get_by_role("button", name="Clear"), row):
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


def test_a_finger_draws_in_the_top_right_corner_and_a_tap_there_erases_nothing(phone: Page, app: str) -> None:
    open_canvas(phone, app)

    touch(phone, [CORNER, (90, 8)])
    touch(phone, [CORNER, (170, 250)])
    expect(strokes_drawn(phone, 2)).to_be_visible()
    expect(shown_answer(phone)).to_have_text("7")

    touch(phone, [CORNER])
    expect(strokes_drawn(phone, 3)).to_be_visible()
    expect(shown_answer(phone)).to_have_text("7")


def test_a_stroke_is_read_and_the_next_one_drawn_where_the_system_takes_the_touch_away(phone: Page, app: str) -> None:
    open_canvas(phone, app)

    touch(phone, SEVEN, last="touchCancel")
    expect(strokes_drawn(phone, 1)).to_be_visible()
    touch(phone, BAR)
    expect(strokes_drawn(phone, 2)).to_be_visible()


def test_a_stroke_over_the_edge_goes_along_it_as_it_is_seen(page: Page, app: str) -> None:
    open_canvas(page, app)

    stroke(page, [(140, 100), (400, 100), (400, 200), (140, 200)])

    expect(strokes_drawn(page, 1)).to_be_visible()
    assert max(x for x, _ in strokes_kept(page)[0]) == 280
    seen = brightness(page)
    page.reload()
    expect(strokes_drawn(page, 1)).to_be_visible()
    wait_for_brightness(page, 0.99 * seen, 1.01 * seen)


def test_the_packages_update_button_is_there(page: Page, app: str) -> None:
    open_canvas(page, app)

    expect(page.locator(".st-key-canvas .dc-root button[aria-label^=Update]")).to_have_count(1)


def test_the_packages_toolbar_is_there_and_not_shown(page: Page, app: str) -> None:
    open_canvas(page, app)

    drawing_surface(page).hover()

    toolbar = page.locator(".st-key-canvas .dc-root > .dc-toolbar")
    expect(toolbar).to_have_count(1)
    expect(toolbar).to_be_hidden()


def test_the_packages_paths_hold_the_places_of_the_pen(page: Page, app: str) -> None:
    open_canvas(page, app)
    left, top = on_screen(page, [(0, 0)])[0]
    places = [(80, 60), (120, 64), (160, 62), (200, 60), (180, 120), (150, 190), (130, 230)]

    first, *others = on_screen(page, places)
    page.mouse.move(*first)
    page.mouse.down()
    for place in others:
        page.mouse.move(*place)
        page.evaluate("new Promise(requestAnimationFrame)")  # of two moves in a frame only the last is told
    page.mouse.up()

    expect(strokes_drawn(page, 1)).to_be_visible()
    # The browser gives the places of a mouse in whole pixels, and the package leaves out the last but one.
    drawn = [[round(x + left), round(y + top)] for x, y in strokes_kept(page)[0]]
    assert drawn == [[int(x + left), int(y + top)] for x, y in (*places[:-2], places[-1])]


def test_without_the_toolbar_and_its_button_a_drawing_is_read_and_taken_back(page: Page, app: str) -> None:
    open_canvas(page, app)
    page.locator(".st-key-canvas .dc-toolbar").evaluate("(toolbar) => toolbar.remove()")
    update = page.locator(".st-key-canvas button[aria-label^=Update]")
    expect(update).to_have_count(0)

    stroke(page, SEVEN)
    expect(shown_answer(page)).to_have_text("7")
    expect(strokes_drawn(page, 1)).to_be_visible()
    stroke(page, BAR)
    expect(strokes_drawn(page, 2)).to_be_visible()
    expect(shown_answer(page)).to_have_text("7")
    expect(update).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(strokes_drawn(page, 1)).to_be_visible()
    page.reload()
    expect(strokes_drawn(page, 1)).to_be_visible()
    expect(shown_answer(page)).to_have_text("7")
