"""Every page opens as a deep link."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PAGES = {
    "": "Digit Lab",
    "data": "Data",
    "knn": "K nearest neighbours",
    "train": "Train",
    "sweep": "Sweep",
    "evaluate": "Evaluate",
    "draw": "Draw",
    "runs": "Runs",
}


@pytest.mark.parametrize(("path", "heading"), PAGES.items())
def test_every_page_opens_as_the_first_of_a_session(page: Page, app: str, path: str, heading: str) -> None:
    page.goto(f"{app}/{path}")

    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.get_by_role("link", name="Train", exact=True)).to_be_visible()
    expect(page.get_by_text("The embedded 5,000 MNIST digits").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"Device: .*PyTorch 2")).first).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="error")).to_have_count(0)
