"""The sidebar follows what is trained while one is on another page."""

import re

import pytest
from playwright.sync_api import Page, expect

from mnist_core.config import PRESETS
from mnist_core.data import EMBEDDED
from mnist_core.store import Store

pytestmark = pytest.mark.browser

LONG = PRESETS["tutorial"].model_copy(update={"epochs": 100, "batch_size": 1})


def test_a_run_appears_goes_on_without_being_drawn_anew_and_is_gone_when_it_has_ended(
    page: Page, app: str, store: Store
) -> None:
    page.goto(f"{app}/data")
    expect(page.get_by_text("PyTorch").first).to_be_visible()
    run = store.runs.create(LONG, EMBEDDED, "Far away")
    link = page.get_by_test_id("stSidebar").get_by_role("link", name=re.compile(r"Far away: \d+%"))
    expect(link).to_be_visible()

    first = link.evaluate("link => (link.seen = true) && getComputedStyle(link.querySelector('p'), '::after').content")
    later = page.wait_for_function(
        """first => [...document.querySelectorAll("[class*=st-key-sidebar-run] a")].find((link) =>
          link.seen && getComputedStyle(link.querySelector("p"), "::after").content !== first)""",
        arg=first,
        polling=100,
    )
    assert later

    store.control.stop(run.id)
    expect(link).to_have_count(0)
    expect(page.get_by_role("heading", name="Data", level=1)).to_be_visible()
