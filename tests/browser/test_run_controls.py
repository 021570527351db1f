"""Errands with a run in progress: watch it, zoom into it, pause it, change its rate, lose its worker or its server."""

import os
import re
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.data import EMBEDDED
from mnist_core.store import Run, Store
from tests.browser.conftest import LONG_MS
from tests.browser.server import Server
from tests.browser.test_training import LONG, badge, press_start, start, step
from tests.mnist_core import small_sweeps
from tests.processes import lose_worker, pid_of

pytestmark = pytest.mark.browser

REDRAWS = 5
"""How often a chart gets new points while an errand looks at it."""

POLLING_MS = 100
"""How often a condition is looked at; by itself the browser looks at it in each frame, which takes a core."""


class LossChart:
    """The loss chart of one run on a page."""

    def __init__(self, page: Page, run: int) -> None:
        self._page = page
        self._node = f".st-key-curves-{run} [data-chart=loss]"
        self.line = page.locator(f"{self._node} .scatterlayer .js-line").first
        self.plot = page.locator(f"{self._node} .nsewdrag").first
        self.first_legend_entry = page.locator(f"{self._node} .legendtoggle").first

    def mark(self, text: str) -> Locator:
        """The vertical line that says what was done to the run."""
        return self._page.locator(f"{self._node} .annotation", has_text=text)

    def value(self, expression: str) -> object:
        """The value of a JavaScript expression in which `chart` is the chart's node."""
        return self._page.evaluate(self._function(expression))

    def wait_until(self, condition: str) -> object:
        """Wait until a JavaScript expression in which `chart` is the chart's node is true, and return its value."""
        return self._page.wait_for_function(self._function(condition), polling=POLLING_MS).json_value()

    def _function(self, expression: str) -> str:
        return f"(() => {{ const chart = document.querySelector('{self._node}'); return {expression}; }})()"

    def wait_for_new_points(self) -> None:
        """The chart may be away meanwhile, as it is before the first step of a run that is resumed from its start."""
        last = "chart?.data?.[0]?.x?.at(-1)"
        self.wait_until(f"{last} > {self.wait_until(last)}")
        expect(self.line).to_be_visible()

    def zoom(self) -> None:
        """Drag over a part of the chart."""
        self.plot.scroll_into_view_if_needed()
        box = self.plot.bounding_box()
        assert box is not None
        mouse = self._page.mouse
        mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"])
        mouse.down()
        mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
        mouse.up()


def test_zoom_and_a_hidden_curve_stay_while_the_training_goes_on(page: Page, app: str) -> None:
    chart = LossChart(page, start(page, app + LONG))
    chart.wait_for_new_points()
    chart.zoom()
    chart.first_legend_entry.click()
    chart.wait_until("chart.data[0].visible === 'legendonly'")
    ranges = "[chart.layout.xaxis.range, chart.layout.yaxis.range]"
    before = chart.value(ranges)
    chart.value("chart.marked = true")

    for _ in range(REDRAWS):
        chart.wait_for_new_points()

    assert chart.value("chart.marked") is True, "it is the same node"
    assert chart.value(ranges) == before
    assert chart.value("chart.data[0].visible") == "legendonly"
    assert chart.value("chart.layout.xaxis.autorange") is not True


def test_advice_sets_the_controls_and_goes_beside_a_zoomed_chart(page: Page, app: str) -> None:
    chart = LossChart(page, start(page, f"{app}{LONG}&learning_rate=0.0002&momentum=0"))
    advice = page.get_by_text("The loss is no better than guessing")
    expect(advice).to_be_visible()
    page.get_by_role("button", name="Use it for the next training").click()
    expect(page).to_have_url(re.compile("learning_rate=0.002(&|$)"))
    chart.wait_for_new_points()
    chart.zoom()
    steps = chart.value("chart.layout.xaxis.range")

    expect(advice).to_have_count(0, timeout=LONG_MS)

    chart.wait_for_new_points()
    assert chart.value("chart.layout.xaxis.range") == steps


def test_a_run_is_paused_and_goes_on_with_another_learning_rate_and_one_more_epoch(
    page: Page, app: str, store: Store
) -> None:
    run = start(page, app + LONG)
    chart = LossChart(page, run)

    page.get_by_role("button", name="Pause").click()
    expect(badge(page, "paused")).to_be_visible()
    expect(chart.mark("paused")).to_be_visible()
    stood = store.runs.get(run).step
    expect(page.get_by_test_id("stProgress")).to_contain_text(f"Step {stood:,} of")
    assert store.runs.get(run).step == stood
    page.get_by_role("button", name="Resume").click()
    expect(badge(page, "running")).to_be_visible()
    chart.wait_for_new_points()
    assert step(page) > stood

    page.get_by_label("Learning rate", exact=True).last.click()
    page.get_by_role("option", name="0.001", exact=True).click()
    expect(chart.mark("learning rate 0.001")).to_be_visible()
    expect(page.get_by_test_id("stMarkdown").filter(has_text="last loss")).to_contain_text("learning rate 0.001")
    page.get_by_role("button", name="One more epoch").click()
    expect(chart.mark("one more epoch")).to_be_visible()
    expect(page.get_by_test_id("stProgress")).to_contain_text("of 204,000")
    page.get_by_role("button", name="Stop").click()
    expect(badge(page, "stopped")).to_be_visible()
    of_ended_runs = page.get_by_role("link", name="Vary its settings")
    expect(of_ended_runs).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(badge(page, "running")).to_be_visible()
    expect(of_ended_runs).to_have_count(0)
    page.get_by_role("button", name="Stop").click()
    expect(of_ended_runs).to_be_visible()


def test_loss_and_accuracy_are_watched_to_the_end_and_for_one_more_epoch(page: Page, app: str) -> None:
    page.goto(f"{app}/train?validation=20&epochs=3")
    run = press_start(page)

    expect(page.locator(f".st-key-curves-{run} [data-chart=loss] .legendtext").first).to_have_text("each step")
    expect(badge(page, "finished")).to_be_visible()
    expect(page.get_by_test_id("stMetric").filter(has_text="Last loss")).to_contain_text(re.compile(r"0\.0\d+"))
    expect(page.get_by_test_id("stMetric").filter(has_text="Validation accuracy")).to_contain_text("%")
    accuracy = page.locator(f".st-key-curves-{run} [data-chart=accuracy]")
    expect(accuracy.locator(".points path")).to_have_count(6)
    assert accuracy.evaluate("chart => chart.data.map(({ x }) => x)") == [[1, 2, 3], [1, 2, 3]]

    page.get_by_role("button", name="One more epoch").click()

    LossChart(page, run).wait_until("chart?.data?.[0]?.x?.at(-1) === 200")
    expect(badge(page, "finished")).to_be_visible()


def test_a_killed_worker_interrupts_its_run_which_resumes(page: Page, app: str, store: Store) -> None:
    run = start(page, app + LONG)
    chart = LossChart(page, run)
    kill(worker_of(store, run))

    expect(page.get_by_role("alert")).to_contain_text("The worker was killed")
    page.get_by_role("button", name="Resume").click()

    expect(badge(page, "running")).to_be_visible()
    chart.wait_for_new_points()
    expect(chart.mark("resumed")).to_be_visible()


def test_after_a_killed_server_the_run_is_interrupted_and_resumes(page: Page, serve: Callable[[], Server]) -> None:
    server = serve()
    store = Store(server.runs_dir)
    run = start(page, server.address + LONG)
    worker = worker_of(store, run)
    server.kill()
    page.goto(f"{serve().address}/train?run={run}")

    expect(LossChart(page, run).line).to_be_visible()
    expect(badge(page, "interrupted")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(badge(page, "running")).to_be_visible()
    assert worker_of(store, run) != worker
    page.get_by_role("button", name="Stop").click()
    expect(badge(page, "stopped")).to_be_visible()


def test_a_run_of_a_sweep_that_lost_its_worker_is_watched_on_when_it_goes_on_without_being_asked(
    page: Page, app: str, store: Store
) -> None:
    sweep = small_sweeps.start(store, small_sweeps.plan(early_stopping="none"))
    store.sweeps.stop(sweep.id)  # so that no worker takes its runs before they are seen
    run = store.runs.create(small_sweeps.CONFIG, EMBEDDED, state="running").id
    with store.database.transaction() as session:
        stored = session.get_one(Run, run)
        stored.sweep_id, stored.number = sweep.id, 1
    lose_worker(store, run)
    page.goto(f"{app}/train?run={run}")
    expect(badge(page, "interrupted")).to_be_visible()

    store.workers.requeue_lost(of_sweeps=False)

    expect(badge(page, "finished")).to_be_visible()


def worker_of(store: Store, run: int) -> int:
    """Process id of the worker that has a run."""
    worker = store.runs.get(run).worker
    assert worker is not None
    return pid_of(worker)


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
