"""A learning curve trained from the Evaluate page: stopped, resumed, and brought to its end after a crash."""

import re
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mnist_core.store import Run, Store
from tests.browser.conftest import LONG_MS
from tests.browser.server import Server
from tests.browser.test_evaluating import train_on_few_images
from tests.browser.test_run_controls import kill, worker_of

pytestmark = pytest.mark.browser

SIZES = [100, 300, 1000, 2000]
# A quick run whose settings make slower ones with more images: the third of the curve is met while it trains.
SETTINGS = {"train_size": 50, "epochs": 12, "batch_size": 1, "learning_rate": 0.005, "validation_share": 0.5}


def finished(runs: list[Run]) -> dict[int, tuple[int, float]]:
    """How often each finished run was begun, and how long it took."""
    return {run.id: (run.attempt, run.seconds) for run in runs if run.status == "finished"}


def test_a_learning_curve_is_stopped_resumed_and_survives_a_crash(page: Page, serve: Callable[[], Server]) -> None:
    server = serve()
    store = Store(server.runs_dir)
    path = f"evaluate?run={train_on_few_images(store, **SETTINGS).id}&part=How+much+data"
    page.goto(f"{server.address}/{path}")
    bar, stop = page.get_by_test_id("stProgress"), page.get_by_role("button", name="Stop", exact=True)
    resume = page.get_by_role("button", name="Resume", exact=True)
    seeds = page.get_by_role("spinbutton", name="Seeds")
    seeds.fill("1")
    seeds.press("Enter")
    page.get_by_role("button", name="Train the learning curve").click()
    expect(bar).to_contain_text(re.compile(r"^2 of 4 runs finished, now .*\b1,000 images"))

    stop.click()

    expect(resume).to_be_enabled()
    expect(stop).to_be_disabled()
    *small, stopped, last = store.repeats.runs(1)
    done = finished(small)
    assert [attempt for attempt, _ in done.values()] == [1, 1]
    assert (stopped.status, last.status) == ("stopped", "stopped")

    resume.click()

    expect(bar).to_contain_text(re.compile(r"^2 of 4 runs finished, now .*\b1,000 images"))
    crash(server, worker_of(store, stopped.id))

    # What was queued goes on by itself; what was interrupted waits for a person.
    page.goto(f"{serve().address}/{path}")
    expect(bar).to_contain_text("3 of 4 runs finished", timeout=LONG_MS)
    before = finished(store.repeats.runs(1))
    assert before.keys() == done.keys() | {last.id}
    assert store.runs.get(stopped.id).status == "interrupted"
    resume.click()
    expect(bar).to_have_count(0, timeout=LONG_MS)

    chart = page.locator(".st-key-learning-curve .js-plotly-plot")
    expect(chart.locator(".xtitle")).to_be_visible()
    shown = "chart => chart.data.filter(({ name }) => name).map(({ name, x }) => [name, [...x]])"
    assert chart.evaluate(shown) == [["training", SIZES], ["validation", SIZES]]
    after = finished(store.repeats.runs(1))
    assert len(after) == 4
    assert done.items() <= before.items() <= after.items(), "what had finished was not trained again"


def crash(server: Server, worker: int) -> None:
    """Kill a server and its worker, so that neither can tidy up after the other."""
    server.process.send_signal(signal.SIGSTOP)
    kill(worker)
    server.kill()
