"""Errands on the other pages: cold deep links, a digit drawn by mouse."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PAGES = {
    "": "Digit Lab",
    "data": "Data",
    "knn": "K nearest neighbours",
    "train": "Train",
    "draw": "Draw",
    "runs": "Runs",
}
SEVEN = [(80, 60), (200, 60), (130, 230)]


@pytest.mark.parametrize(("path", "heading"), PAGES.items())
def test_every_page_opens_as_the_first_of_a_server(
    page: Page, serve: Callable[[], str], path: str, heading: str
) -> None:
    page.goto(f"{serve()}/{path}")

    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.get_by_role("link", name="Train", exact=True)).to_be_visible()
    expect(page.get_by_text("The embedded 5,000 MNIST digits").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"Device: .*PyTorch 2")).first).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="error")).to_have_count(0)


def test_a_digit_drawn_by_mouse_is_read(page: Page, app: str) -> None:
    page.goto(f"{app}/draw")
    expect(page.get_by_text("The canvas is blank")).to_be_visible()
    page.get_by_role("button", name="Train the tutorial's network now").click()
    expect(page.get_by_text("There is no trained network yet")).to_have_count(0)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)

    stroke(page, SEVEN)

    metrics = page.get_by_test_id("stMetric")
    expect(metrics.filter(has_text="KNN")).to_contain_text("7")
    expect(metrics.filter(has_text="Network")).to_contain_text(re.compile(r"\d"))
    expect(page.get_by_text("What they see: 28x28")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("The canvas is blank")).to_be_visible()


def stroke(page: Page, points: list[tuple[int, int]]) -> None:
    """Draw one stroke with the mouse, in pixels of the canvas."""
    box = page.locator("canvas").last.bounding_box()
    assert box is not None
    x, y = points[0]
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(box["x"] + x, box["y"] + y, steps=8)
    page.mouse.up()
