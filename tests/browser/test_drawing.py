"""A person draws, reloads, goes to another page and back, and keeps what was drawn."""

import math
import re

import pytest
from playwright.sync_api import Page, expect

from mnist_core.store import Store
from tests.browser.canvas import (
    BAR,
    ONE,
    SEVEN,
    brightness,
    open_canvas,
    shown_answer,
    stroke,
    strokes_drawn,
    strokes_kept,
    wait_for_brightness,
)
from tests.browser.test_evaluating import train_on_few_images

pytestmark = pytest.mark.browser


def test_a_digit_is_read_when_the_pen_is_lifted_and_undo_and_clear_take_strokes_back(page: Page, app: str) -> None:
    open_canvas(page, app)
    stroke(page, SEVEN)
    expect(shown_answer(page)).to_have_text("7")
    stroke(page, BAR)
    expect(shown_answer(page)).to_have_text("7")

    page.get_by_role("button", name="Undo").click()
    expect(shown_answer(page)).to_have_text("7")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The canvas is blank")).to_be_visible()
    expect(shown_answer(page)).to_have_count(0)

    stroke(page, ONE)
    expect(shown_answer(page)).to_have_text("1")
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("The canvas is blank")).to_be_visible()
    expect(page.get_by_role("button", name="Clear")).to_be_disabled()


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_the_networks_stand_under_the_canvas_and_the_answer_beside_it_where_there_is_room(
    width: int, page: Page, app: str, store: Store
) -> None:
    train_on_few_images(store, "Few images")
    page.set_viewport_size({"width": width, "height": 900})
    open_canvas(page, app)
    stroke(page, SEVEN)
    expect(shown_answer(page)).to_be_visible()

    canvas, answer, networks = (
        page.locator(place).bounding_box() for place in (".st-key-canvas", ".st-key-draw-answer", ".st-key-networks")
    )
    assert canvas is not None
    assert answer is not None
    assert networks is not None
    assert canvas["width"] == 280
    assert networks["y"] > canvas["y"] + canvas["height"]
    if width == 1280:
        assert answer["x"] > canvas["x"] + 280
        assert networks["x"] == canvas["x"]
    else:
        assert canvas["y"] + canvas["height"] < answer["y"] < networks["y"]


def test_a_network_that_was_deleted_meanwhile_is_left_out_at_the_next_stroke(
    page: Page, app: str, store: Store
) -> None:
    run = train_on_few_images(store, "To be deleted")
    page.goto(f"{app}/draw?run={run.id}")
    expect(page.get_by_text("The canvas is blank")).to_be_visible()
    expect(page.locator(".st-key-networks")).to_contain_text("To be deleted")

    store.runs.delete(run.id)
    stroke(page, SEVEN)

    expect(page.get_by_text("To be deleted")).to_have_count(0)
    expect(shown_answer(page)).to_have_text("7")


def test_a_drawing_and_its_pen_outlive_a_reload_and_a_visit_to_another_page(page: Page, app: str) -> None:
    open_canvas(page, app)
    stroke(page, SEVEN)
    expect(shown_answer(page)).to_have_text("7")
    thin = brightness(page)
    pen = page.get_by_role("slider", name="Pen width")
    pen.press("End")
    wait_for_brightness(page, 1.2 * thin, math.inf)
    drawn = brightness(page)

    page.reload()
    expect(shown_answer(page)).to_have_text("7")
    wait_for_brightness(page, drawn, drawn)
    go_to_data_and_back(page)
    expect(shown_answer(page)).to_have_text("7")
    wait_for_brightness(page, drawn, drawn)
    expect(pen).to_have_value("40")
    go_to_data_and_back(page, reload=True)
    expect(shown_answer(page)).to_have_text("7")
    wait_for_brightness(page, drawn, drawn)
    expect(pen).to_have_value("40")


def test_undo_takes_back_a_stroke_that_was_restored(page: Page, app: str) -> None:
    open_canvas(page, app)
    stroke(page, SEVEN)
    expect(strokes_drawn(page, 1)).to_be_visible()
    seven = brightness(page)

    for go_away_and_come_back in (Page.reload, go_to_data_and_back, go_to_upload_and_back):
        stroke(page, BAR)
        expect(strokes_drawn(page, 2)).to_be_visible()
        both = strokes_kept(page)
        go_away_and_come_back(page)
        expect(strokes_drawn(page, 2)).to_be_visible()
        assert strokes_kept(page) == both
        page.get_by_role("button", name="Undo").click()

        expect(strokes_drawn(page, 1)).to_be_visible()
        assert strokes_kept(page) == both[:1]
        wait_for_brightness(page, 0.99 * seven, 1.01 * seven)

    stroke(page, ONE)
    expect(strokes_drawn(page, 2)).to_be_visible()
    assert strokes_kept(page)[0] == both[0]


def go_to_upload_and_back(page: Page) -> None:
    page.get_by_role("radio", name="Upload").click()
    expect(page.get_by_text("Give a picture")).to_be_visible()
    page.get_by_role("radio", name="Canvas").click()


def go_to_data_and_back(page: Page, reload: bool = False) -> None:
    page.get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Data")
    if reload:
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Data")
    page.get_by_role("link", name="Draw", exact=True).click()


def test_a_drawing_is_kept_with_what_it_was_and_scored(page: Page, app: str, store: Store) -> None:
    count = len(store.digits.all()) + 1
    heading = page.get_by_role("heading", name=re.compile(rf"^{count} digits? of yours"))
    open_canvas(page, app)
    stroke(page, SEVEN)
    expect(shown_answer(page)).to_have_text("7")
    page.get_by_role("radiogroup").get_by_text("7", exact=True).or_(page.get_by_role("radio", name="7")).first.click()
    expect(page.get_by_text("Kept as 7 in My digits")).to_be_visible()

    page.get_by_role("radio", name="My digits").click()
    expect(heading).to_be_visible()
    page.reload()
    expect(heading).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="All as ZIP").click()
    assert download.value.suggested_filename == "my-digits.zip"


def test_each_view_of_a_drawing_opens(page: Page, app: str, store: Store) -> None:
    run = train_on_few_images(store, "Few images")
    open_canvas(page, app)
    stroke(page, SEVEN)
    for name, seen in (
        ("What they see", "The centre of mass is at row"),
        ("Which pixels", "Choose a network to see which pixels spoke"),
        ("Like MNIST?", "training images of MNIST-5000"),
        ("Watch it learn", f"How {run.name} shared its probability among the ten digits"),
        ("Answers", "The nearest training images"),
    ):
        page.locator(".st-key-drawing-view").get_by_text(name).click()
        expect(page.get_by_text(seen).first).to_be_visible()
