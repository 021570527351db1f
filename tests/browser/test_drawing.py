"""A person draws with mouse and finger, reloads, goes to another page and back, and keeps what was drawn."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from mnist_core.store import Store
from tests.browser.conftest import WAIT_MS
from tests.browser.test_evaluating import train_on_few_images

pytestmark = pytest.mark.browser

SEVEN = [(80, 60), (200, 60), (130, 230)]
BAR = [(90, 140), (190, 140)]
ONE = [(140, 50), (140, 230)]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A tab of a phone: touch instead of a mouse, 412 pixels wide."""
    context = browser.new_context(viewport={"width": 412, "height": 839}, has_touch=True, is_mobile=True)
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


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


def test_a_drawing_and_its_pen_outlive_a_reload_and_a_visit_to_another_page(page: Page, app: str) -> None:
    open_canvas(page, app)
    stroke(page, SEVEN)
    expect(shown_answer(page)).to_have_text("7")
    thin = canvas_brightness(page)
    page.get_by_label("Pen width").fill("40")
    page.wait_for_function(f"({BRIGHTNESS})() > {1.2 * thin}")
    drawn = canvas_brightness(page)

    page.reload()
    expect(shown_answer(page)).to_have_text("7")
    assert canvas_brightness(page) == drawn
    page.get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Data")
    page.get_by_role("link", name="Draw", exact=True).click()
    expect(shown_answer(page)).to_have_text("7")
    assert canvas_brightness(page) == drawn
    expect(page.get_by_label("Pen width")).to_have_value("40")


def test_a_finger_draws_and_does_not_move_the_page(phone: Page, app: str) -> None:
    open_canvas(phone, app)
    canvas = phone.locator(".digit-canvas canvas")
    canvas.scroll_into_view_if_needed()
    before = canvas.bounding_box()

    touch(phone, SEVEN)

    expect(shown_answer(phone)).to_have_text("7")
    assert canvas.bounding_box() == before
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


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


BRIGHTNESS = """() => {
  const canvas = document.querySelector(".digit-canvas canvas");
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 4) sum += pixels[i];
  return sum;
}"""


def canvas_brightness(page: Page) -> int:
    """The sum of all grey levels of the canvas."""
    return int(page.evaluate(BRIGHTNESS))


def open_canvas(page: Page, app: str) -> None:
    """Open a blank canvas; K nearest neighbours read what is drawn, whichever networks there are."""
    page.goto(f"{app}/draw?run=none")
    expect(page.get_by_text("The canvas is blank")).to_be_visible()


def shown_answer(page: Page) -> Locator:
    return page.locator(".prediction-answer .answer")


def on_screen(page: Page, points: list[tuple[int, int]]) -> list[tuple[float, float]]:
    """Pixels of the canvas as places on the screen."""
    box = page.locator(".digit-canvas canvas").bounding_box()
    assert box is not None
    return [(box["x"] + x * box["width"] / 280, box["y"] + y * box["height"] / 280) for x, y in points]


def stroke(page: Page, points: list[tuple[int, int]]) -> None:
    """Draw one stroke with the mouse."""
    first, *others = on_screen(page, points)
    page.mouse.move(*first)
    page.mouse.down()
    for place in others:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def touch(page: Page, points: list[tuple[int, int]]) -> None:
    """Draw one stroke with a finger."""
    finger = page.context.new_cdp_session(page)
    places = on_screen(page, points)
    between = [
        (start[0] + (end[0] - start[0]) * step / 8, start[1] + (end[1] - start[1]) * step / 8)
        for start, end in pairwise(places)
        for step in range(1, 9)
    ]
    for kind, place in (("touchStart", places[0]), *(("touchMove", place) for place in between)):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": place[0], "y": place[1]}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
