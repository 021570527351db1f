"""Errands with a run in progress: zoom into it, pause it, change its learning rate, lose its worker or its server."""

import os
import re
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_training import badge, start, step

pytestmark = pytest.mark.browser

LONG = "/train?epochs=50&batch_size=1"
CHART = ".st-key-loss-1 .js-plotly-plot"


def shown(page: Page, expression: str) -> object:
    """The value of a JavaScript expression in which `chart` is the loss chart."""
    return page.evaluate(f"(() => {{ const chart = document.querySelector('{CHART}'); return {expression}; }})()")


def wait_for_steps(page: Page, more: int) -> None:
    """Wait until the chart has so many steps more."""
    expect(page.locator(f"{CHART} .scatterlayer .js-line").first).to_be_visible()
    last = "data[0].x.at(-1)"
    page.wait_for_function(f"document.querySelector('{CHART}').{last} > {shown(page, f'chart.{last}')} + {more}")


def duration(page: Page) -> float:
    found = re.search(r"duration ([\d.]+) s", page.get_by_text("duration").inner_text())
    assert found is not None
    return float(found[1])


def zoom(page: Page) -> None:
    """Drag over a part of the loss chart."""
    plot = page.locator(f"{CHART} .nsewdrag").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    page.mouse.up()


def curve(page: Page, name: str) -> Locator:
    return page.locator(f"{CHART} .legendtext", has_text=name)


def test_zoom_and_a_hidden_curve_stay_for_30_seconds_of_training(page: Page, app: str) -> None:
    start(page, app + LONG)
    wait_for_steps(page, 1)
    zoom(page)
    page.locator(f"{CHART} .legendtoggle").first.click()
    page.wait_for_function(f"document.querySelector('{CHART}')._fullData[0].visible === 'legendonly'")
    before = shown(page, "[chart.layout.xaxis.range, chart.layout.yaxis.range]")
    shown(page, "chart.marked = true")
    started = duration(page)
    while duration(page) < started + 30:
        wait_for_steps(page, 100)

    assert shown(page, "chart.marked") is True, "it is the same node"
    assert shown(page, "[chart.layout.xaxis.range, chart.layout.yaxis.range]") == before
    assert shown(page, "chart._fullData[0].visible") == "legendonly"
    assert shown(page, "chart.layout.xaxis.autorange") is not True


def test_a_paused_run_stands_still_and_goes_on(page: Page, app: str) -> None:
    start(page, app + LONG)

    page.get_by_role("button", name="Pause").click()
    expect(badge(page, "paused")).to_be_visible()
    stood = step(page)
    expect(page.locator(f"{CHART} .annotation", has_text="paused")).to_be_visible()
    assert step(page) == stood
    page.get_by_role("button", name="Resume").click()
    expect(badge(page, "running")).to_be_visible()
    wait_for_steps(page, 100)
    page.get_by_role("button", name="Stop").click()

    expect(badge(page, "stopped")).to_be_visible()


def test_another_learning_rate_and_one_more_epoch_are_marked_on_the_chart(page: Page, app: str) -> None:
    start(page, app + LONG)

    page.get_by_label("Learning rate").last.click()
    page.get_by_role("option", name="0.001", exact=True).click()
    expect(page.locator(f"{CHART} .annotation", has_text="learning rate 0.001")).to_be_visible()
    page.get_by_role("button", name="One more epoch").click()
    expect(page.locator(f"{CHART} .annotation", has_text="one more epoch")).to_be_visible()

    expect(page.get_by_test_id("stProgress")).to_contain_text("of 204,000")
    page.get_by_role("button", name="Stop").click()
    expect(badge(page, "stopped")).to_be_visible()


def test_a_finished_run_trains_one_more_epoch(page: Page, app: str) -> None:
    page.goto(f"{app}/train?epochs=1")
    page.get_by_role("button", name="Start training").click()
    expect(badge(page, "finished")).to_be_visible()

    page.get_by_role("button", name="One more epoch").click()

    page.wait_for_function(f"document.querySelector('{CHART}')?.data?.[0].x.at(-1) === 126")
    expect(badge(page, "finished")).to_be_visible()


def test_a_killed_worker_interrupts_its_run_which_resumes(page: Page, app: str, tmp_path: Path) -> None:
    start(page, app + LONG)
    kill(worker_of(tmp_path))

    expect(page.get_by_role("alert")).to_contain_text("The worker was killed")
    page.get_by_role("button", name="Resume").click()

    expect(badge(page, "running")).to_be_visible()
    wait_for_steps(page, 100)
    expect(page.locator(f"{CHART} .annotation", has_text="resumed")).to_be_visible()


def test_after_a_killed_server_the_run_is_interrupted_and_resumes(
    page: Page, serve: Callable[[], str], servers: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    start(page, serve() + LONG)
    worker = worker_of(tmp_path)
    servers[0].kill()
    page.goto(f"{serve()}/train?run=1")

    # The first look at a new server's page takes as long as its imports; from then on it is found within 5 s.
    expect(page.locator(f"{CHART} .scatterlayer .js-line").first).to_be_visible()
    expect(badge(page, "interrupted")).to_be_visible(timeout=6_000)
    page.get_by_role("button", name="Resume").click()
    expect(badge(page, "running")).to_be_visible()
    assert worker_of(tmp_path) != worker
    page.get_by_role("button", name="Stop").click()
    expect(badge(page, "stopped")).to_be_visible()


def worker_of(folder: Path) -> int:
    """Process id of the worker that has run 1."""
    connection = sqlite3.connect(folder / "runs" / "runs.db", timeout=10)
    try:
        return int(connection.execute("SELECT worker FROM runs WHERE id = 1").fetchone()[0])
    finally:
        connection.close()


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
