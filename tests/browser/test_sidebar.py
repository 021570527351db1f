"""The sidebar follows what is trained while one is on another page."""

import re

import pytest
from playwright.sync_api import Page, expect

from mnist_core.config import PRESETS
from mnist_core.data import EMBEDDED
from mnist_core.store import Store

pytestmark = pytest.mark.browser

LONG = PRESETS["tutorial"].model_copy(update={"epochs": 100, "batch_size": 1})


def test_a_run_appears_goes_on_without_a_run_of_the_page_and_is_gone_when_it_has_ended(
    page: Page, app: str, store: Store
) -> None:
    asked: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: asked.append(frame)))
    page.goto(f"{app}/data")
    expect(page.get_by_text(re.compile(r"threads?\. PyTorch"))).to_be_visible()
    run = store.runs.create(LONG, EMBEDDED, "Far away")
    link = page.get_by_test_id("stSidebar").get_by_role("link", name=re.compile(r"Far away: \d+%"))
    expect(link).to_be_visible()

    progress = "getComputedStyle(document.querySelector('[class*=st-key-sidebar-run] a p'), '::after').content"
    first, asked_before = page.evaluate(progress), len(asked)
    page.wait_for_function(f"first => {progress} !== first", arg=first, polling=100)
    assert len(asked) == asked_before

    store.control.stop(run.id)
    expect(link).to_have_count(0)
    assert len(asked) > asked_before
    expect(page.get_by_role("heading", name="Data", level=1)).to_be_visible()
