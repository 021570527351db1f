"""A small sweep from its plan to its end: started, watched, kept over F5, a line opened, its best settings used."""

import re

import pytest
from playwright.sync_api import Page, expect

from mnist_core.data import EMBEDDED
from mnist_core.store import Store
from tests.browser.accessibility import wait_until_shown
from tests.browser.conftest import LONG_MS
from tests.mnist_core.small_sweeps import CONFIG

pytestmark = pytest.mark.browser

PLAN = "sweep-vary=learning_rate,optimiser&sweep-learning_rate=0.001..0.5+log&sweep-method=Random&sweep-runs=10"
RANGE = "[...document.querySelector('[data-chart=curves]').layout.xaxis.range]"


def zoom(page: Page) -> list[float]:
    """Drag over a part of the curves; the range of epochs that is shown then."""
    plot = page.locator("[data-chart=curves] .nsewdrag").first
    expect(page.locator("[data-chart=curves] .scatterlayer .point").first).to_be_visible()
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    page.mouse.up()
    low, high = page.evaluate(RANGE)
    assert 0 < low < high
    return [low, high]


def test_a_sweep_is_started_watched_to_its_end_reloaded_and_used(page: Page, app: str, store: Store) -> None:
    base = store.runs.create(CONFIG, EMBEDDED, "Small", state="finished")
    for left in store.sweeps.all():  # by another errand; its charts are seen until those of the new sweep are
        store.sweeps.delete(left.id)
    page.goto(f"{app}/sweep?sweep-base={base.id}&{PLAN}")
    wait_until_shown(page)
    page.get_by_role("button", name="Start the sweep").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    zoomed = zoom(page)

    expect(page.get_by_role("heading", name=re.compile("check icon finished"))).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_text("3 fresh seeds: mean")).to_have_count(3)
    for chart in ("parallel", "curves", "best", "importance"):
        expect(
            page.locator(f"[data-chart={chart}] .js-plotly-plot, [data-chart={chart}].js-plotly-plot")
        ).to_be_visible()
    assert page.evaluate(RANGE) == zoomed, "the zoom was kept while runs came and ended"
    sweep = store.sweeps.all()[0]
    expect(page).to_have_url(re.compile(rf"[?&]sweep={sweep.id}(&|$)"))

    page.reload()

    wait_until_shown(page)
    expect(page.get_by_role("heading", name=f"{sweep.name} check icon finished")).to_be_visible()
    plan = page.get_by_text("Plan a sweep")
    plan.click()
    expect(page.get_by_role("textbox", name="Learning rate")).to_have_value("0.001..0.5 log")
    expect(page.get_by_role("spinbutton", name="Runs, at most")).to_have_value("10")
    plan.click()

    best = page.locator("[data-chart=curves] .scatterlayer .trace").nth(2).locator(".point").first
    best.hover(force=True)
    best.click(force=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Train")
    winner = max(
        (run for run in store.sweeps.runs(sweep.id) if run.status == "finished" and not run.confirms),
        key=lambda run: run.validation_accuracy or 0,
    )
    expect(page.get_by_role("heading", name=winner.name)).to_be_visible()

    page.get_by_role("link", name="Sweep", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sweep")
    wait_until_shown(page)
    plan.click()
    expect(page.get_by_role("textbox", name="Learning rate")).to_have_value("0.001..0.5 log")
    page.get_by_role("button", name="Use these settings").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Train")
    expect(page.get_by_text(re.compile("784-16-10|parameters, 9 steps an epoch on 200 images")).first).to_be_visible()
