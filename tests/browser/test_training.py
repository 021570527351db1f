"""Errands on the Train page: start, stop, reload, change page, a second tab."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.store import Store

pytestmark = pytest.mark.browser

LONG = "/train?epochs=50&batch_size=1"


def start(page: Page, address: str) -> int:
    """Start a training with the settings that an address names, see it under way and return the run's id."""
    page.goto(address)
    run = press_start(page)
    expect(page.get_by_test_id("stProgress")).to_contain_text(re.compile(r"Step [1-9][\d,]* of"))
    return run


def press_start(page: Page) -> int:
    """Start a training with the settings on the page and return the run's id."""
    page.get_by_role("button", name="Start training").click()
    page.wait_for_url(re.compile(r"\brun=\d+"))
    return int(page.url.partition("run=")[2].partition("&")[0])


def badge(page: Page, status: str) -> Locator:
    return page.locator(".stMarkdownBadge", has_text=status)


def step(page: Page) -> int:
    step_line = re.search(r"Step ([\d,]+) of", page.get_by_test_id("stProgress").inner_text())
    assert step_line is not None
    return int(step_line[1].replace(",", ""))


def test_a_run_is_found_after_other_pages_a_closed_tab_and_a_reload_and_stop_ends_it_where_it_is(
    page: Page, app: str, store: Store
) -> None:
    run = start(page, app + LONG)
    before = step(page)
    progress = re.compile(rf"Run {run}: \d+%")

    page.get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    expect(page.get_by_role("link", name=progress)).to_be_visible()
    tab = page.context.new_page()
    page.close()
    tab.goto(app)
    tab.get_by_role("link", name=progress).click()
    expect(tab.get_by_role("heading", name="Train")).to_be_visible()
    expect(badge(tab, "running")).to_be_visible()
    assert step(tab) > before
    expect(tab.locator(".js-plotly-plot .legendtext").first).to_be_visible()

    later = step(tab)
    tab.reload()
    expect(badge(tab, "running")).to_be_visible()
    assert step(tab) >= later
    second = tab.context.new_page()
    second.goto(tab.url)
    expect(badge(second, "running")).to_be_visible()
    second.get_by_role("button", name="Stop").click()

    expect(badge(tab, "stopped")).to_be_visible()
    stopped = store.runs.get(run)
    assert later <= stopped.step < stopped.steps
    assert store.files.network_path(run).is_file()
    expect(tab.get_by_test_id("stProgress")).to_have_count(0)
    expect(tab.get_by_role("button", name="Resume")).to_be_enabled()


def test_a_failing_run_shows_one_sentence_and_its_log(page: Page, app: str) -> None:
    page.goto(f"{app}/train?learning_rate=10")
    press_start(page)

    expect(page.get_by_role("alert")).to_contain_text("lower the learning rate and go on")
    page.get_by_text("Log", exact=True).click()
    expect(page.get_by_test_id("stCode")).to_contain_text("DigitLabError")
