"""A learning curve trained from the Evaluate page: stopped, resumed, finished though its worker was killed."""

import re

import pytest
from playwright.sync_api import Page, expect

from mnist_core.store import Run, Store
from tests.browser.conftest import LONG_MS
from tests.browser.test_evaluating import train_on_few_images
from tests.browser.test_run_controls import kill, worker_of
from tests.processes import wait_until

pytestmark = pytest.mark.browser

SIZES = [100, 300, 1000, 2000]
# A quick run whose settings make slower ones with more images: the third of the curve is met while it trains.
SETTINGS = {"train_size": 50, "epochs": 8, "batch_size": 1, "learning_rate": 0.005, "validation_share": 0.5}


def finished(runs: list[Run]) -> dict[int, tuple[int, float]]:
    """How often each finished run was begun, and how long it took."""
    return {run.id: (run.attempt, run.seconds) for run in runs if run.status == "finished"}


def test_a_learning_curve_is_stopped_resumed_and_survives_a_killed_worker(page: Page, app: str, store: Store) -> None:
    page.goto(f"{app}/evaluate?run={train_on_few_images(store, **SETTINGS).id}&part=How+much+data")
    bar, stop = page.get_by_test_id("stProgress"), page.get_by_role("button", name="Stop", exact=True)
    resume = page.get_by_role("button", name="Resume", exact=True)
    seeds = page.get_by_role("spinbutton", name="Seeds")
    seeds.fill("1")
    seeds.press("Enter")
    page.get_by_role("button", name="Train the learning curve").click()
    expect(bar).to_contain_text(re.compile(r"^\d of 4 runs finished, now .*\d images"))
    (curve,) = store.repeats.all("learning curve")
    *small, third, last = store.repeats.runs(curve.id)
    wait_until(lambda: is_training(store, third))

    stop.click()

    expect(resume).to_be_enabled()
    expect(bar).to_contain_text("2 of 4 runs finished")
    expect(stop).to_be_disabled()
    done = finished(store.repeats.runs(curve.id))
    assert done == {run.id: (1, store.runs.get(run.id).seconds) for run in small}
    assert [store.runs.get(run.id).status for run in (third, last)] == ["stopped", "stopped"]

    resume.click()

    wait_until(lambda: is_training(store, third))
    kill(worker_of(store, third.id))
    # What was queued goes on by itself; what was interrupted waits for a person.
    expect(bar).to_contain_text("3 of 4 runs finished", timeout=LONG_MS)
    before = finished(store.repeats.runs(curve.id))
    assert before.keys() == done.keys() | {last.id}
    assert store.runs.get(third.id).status == "interrupted"
    resume.click()
    expect(bar).to_have_count(0, timeout=LONG_MS)

    # While a page runs, the chart of its last run is still there, too.
    named = "data.filter(({ name }) => name).map(({ name, x }) => [name, [...x]])"
    shown = f"charts => charts.map(({{ data = [] }}) => {named})"
    # Neighbours have a third line where another errand has measured it.
    charts = page.locator(".st-key-learning-curve .js-plotly-plot")
    lines = [["training", SIZES], ["validation", SIZES]]
    wait_until(lambda: [of_chart[:2] for of_chart in charts.evaluate_all(shown)] == [lines])
    expect(charts.locator(".xtitle")).to_be_visible()
    after = finished(store.repeats.runs(curve.id))
    assert len(after) == 4
    assert done.items() <= before.items() <= after.items(), "what had finished was not trained again"


def is_training(store: Store, run: Run) -> bool:
    run = store.runs.get(run.id)
    return run.status == "running" and run.step > 0
