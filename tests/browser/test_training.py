"""Errands on the Train page: start, stop, reload, change page, a second tab."""

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

LONG = "/train?epochs=50&batch_size=1"


def start(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_test_id("stProgress")).to_contain_text(re.compile(r"Step [1-9][\d,]* of"))


def badge(page: Page, status: str) -> Locator:
    return page.locator(".stMarkdownBadge", has_text=status)


def step(page: Page) -> int:
    found = re.search(r"Step ([\d,]+) of", page.get_by_test_id("stProgress").inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def test_start_and_watch_to_the_end(page: Page, app: str) -> None:
    page.goto(f"{app}/train")
    page.get_by_role("button", name="Start training").click()

    expect(page.locator(".js-plotly-plot .legendtext").first).to_have_text("each step")
    expect(badge(page, "finished")).to_be_visible()
    expect(page.get_by_test_id("stMetric").filter(has_text="Last loss")).to_contain_text(re.compile(r"0\.0\d+"))
    expect(page).to_have_url(re.compile(r"run=1"))


def test_stop_takes_effect_within_a_second(page: Page, app: str) -> None:
    start(page, app + LONG)

    page.get_by_role("button", name="Stop").click()
    clicked = time.monotonic()
    expect(badge(page, "stopped")).to_be_visible()
    # The worker stops within a second; the page's own polls and one redraw come on top of that.
    assert time.monotonic() - clicked < 3


def test_reload_and_second_tab_find_the_run(page: Page, app: str) -> None:
    start(page, app + LONG)
    before = step(page)

    page.reload()
    expect(badge(page, "running")).to_be_visible()
    assert step(page) >= before
    second = page.context.new_page()
    second.goto(page.url)
    expect(badge(second, "running")).to_be_visible()
    second.get_by_role("button", name="Stop").click()

    expect(badge(page, "stopped")).to_be_visible()


def test_changing_page_and_closing_the_tab_lose_nothing(page: Page, app: str) -> None:
    start(page, app + LONG)
    before = step(page)

    page.get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile(r"Run 1: \d+%"))).to_be_visible()
    tab = page.context.new_page()
    page.close()
    tab.goto(app)
    tab.get_by_role("link", name=re.compile(r"Run 1: \d+%")).click()

    expect(tab.get_by_role("heading", name="Train")).to_be_visible()
    expect(badge(tab, "running")).to_be_visible()
    assert step(tab) > before
    expect(tab.locator(".js-plotly-plot .legendtext").first).to_be_visible()


def test_a_failing_run_shows_one_sentence_and_its_log(page: Page, app: str) -> None:
    page.goto(f"{app}/train?learning_rate=10")
    page.get_by_role("button", name="Start training").click()

    expect(page.get_by_role("alert")).to_contain_text("lower the learning rate and go on")
    page.get_by_text("Log", exact=True).click()
    expect(page.get_by_test_id("stCode")).to_contain_text("DigitLabError")


def test_accuracy_is_drawn_by_epoch_for_training_and_validation_images(page: Page, app: str) -> None:
    page.goto(f"{app}/train?validation=20&epochs=2")
    page.get_by_role("button", name="Start training").click()

    expect(badge(page, "finished")).to_be_visible()
    expect(page.get_by_test_id("stMetric").filter(has_text="Validation accuracy")).to_contain_text("%")
    chart = page.locator(".st-key-accuracy-1 .js-plotly-plot")
    expect(chart.locator(".points path")).to_have_count(4)
    assert chart.evaluate("chart => chart.data.map(({ x }) => x)") == [[1, 2], [1, 2]]
