"""The lesson on K nearest neighbours, walked from the first section to the last."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LONG_MS

pytestmark = pytest.mark.browser


def test_the_block_under_the_pointer_is_highlighted_in_the_grid_and_in_the_rows(page: Page, app: str) -> None:
    page.goto(f"{app}/knn?rows=3&columns=3")
    one, ten = page.locator(".block-grid").first, page.locator(".block-grid").last
    expect(page.locator(".block-grid")).to_have_count(2)
    expect(one.locator("figure")).to_have_count(1)
    expect(ten.locator("figure")).to_have_count(10)

    one.locator("svg [data-block='4']").hover()

    expect(one.locator(".on")).to_have_count(2)
    count = one.locator(".row .on").inner_text()
    expect(one.locator(".says")).to_have_text(f"Block 5, row 2, column 2: {count} ink pixels.")

    one.locator(".row [data-block='7']").hover()

    expect(one.locator("svg .on")).to_have_attribute("data-block", "7")

    ten.locator("svg").nth(3).locator("[data-block='1']").hover()

    expect(ten.locator(".on")).to_have_count(20)
    expect(ten.locator(".says")).to_have_text(
        re.compile(r"^Block 2, row 1, column 2: 0: \d+, 1: \d+, .* ink pixels\.$")
    )


def test_a_sample_is_worked_out_voted_on_and_found_again_by_its_address(page: Page, app: str) -> None:
    page.goto(f"{app}/knn?rows=7&columns=7&k=5")
    index = page.get_by_role("spinbutton", name="Index")
    index.fill("37")
    index.press("Enter")
    expect(page.get_by_text("Test image 37, labelled 7")).to_be_visible()

    page.get_by_role("tab", name="Distance, worked out").click()
    expect(page.get_by_role("math")).to_have_count(2)
    expect(page.locator(".stMarkdown").filter(has_text=re.compile("Nearer$"))).to_be_visible()

    page.get_by_role("tab", name="Votes").click()
    expect(page.get_by_test_id("stMetric").filter(has_text="Answer")).to_contain_text(re.compile(r"\d"))
    expect(page.locator("figcaption").filter(has_text=re.compile(r"^\d at \d"))).to_have_count(5)
    expect(page).to_have_url(re.compile(r"sample_index=37"))

    page.reload()

    expect(page.get_by_role("tab", name="Votes")).to_have_attribute("aria-selected", "true")
    expect(page.locator("figcaption").filter(has_text=re.compile(r"^\d at \d"))).to_have_count(5)


def test_a_study_can_be_stopped_goes_on_where_it_was_and_outlives_a_reload(page: Page, app: str) -> None:
    page.goto(f"{app}/knn?section=How+good+is+it%3F&per_digit=all")
    measure, stop = page.get_by_role("button", name="Measure"), page.get_by_role("button", name="Stop")
    measure.click()
    expect(page.get_by_role("progressbar")).to_be_visible()

    stop.click()

    expect(stop).to_be_disabled()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    measure.click()
    expect(measure).to_be_disabled()
    expect(stop).to_be_disabled(timeout=LONG_MS)

    page.reload()

    expect(page.get_by_text("Best so far")).to_be_visible()
    expect(measure).to_be_disabled()
    page.get_by_role("radio", name="Over grids").or_(page.get_by_role("button", name="Over grids")).first.click()
    expect(page.get_by_text("The best grid for k = 11 is")).to_be_visible()
    with page.expect_download() as download:
        page.locator("[class*='st-key-download-accuracy-over-grids']").get_by_role("button").click()
    assert download.value.path().read_text().startswith("rows,columns,accuracy,data_set\n2,2,0.")
