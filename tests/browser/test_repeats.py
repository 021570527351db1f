"""A learning curve trained from the Evaluate page: stopped, resumed, and brought to its end after a crash."""

import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mnist_core.store import Run, Store
from tests.browser.test_evaluating import train
from tests.browser.test_run_controls import kill

pytestmark = pytest.mark.browser

# A quick run whose settings make slow ones with more images.
SLOW = ("--train-size", "50", "--epochs", "12", "--batch-size", "1", "--learning-rate", "0.005")
ENDED_SECONDS = 180


def finished(runs: list[Run]) -> dict[int, tuple[int, float]]:
    """How often each finished run was begun, and how long it took."""
    return {run.id: (run.attempt, run.seconds) for run in runs if run.status == "finished"}


def test_a_learning_curve_is_stopped_resumed_and_survives_a_crash(
    page: Page, serve: Callable[[], str], servers: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    train(tmp_path, *SLOW)
    store = Store(tmp_path / "runs")
    page.goto(f"{serve()}/evaluate?run=1&part=How+much+data")
    bar, stop = page.get_by_test_id("stProgress"), page.get_by_role("button", name="Stop", exact=True)
    resume = page.get_by_role("button", name="Resume", exact=True)
    seeds = page.get_by_role("spinbutton", name="Seeds")
    seeds.fill("1")
    seeds.press("Enter")
    page.get_by_role("button", name="Train the learning curve").click()
    expect(bar).to_contain_text(re.compile(r"^[12] of 5 runs finished, now "))

    stop.click()

    expect(resume).to_be_enabled()
    expect(stop).to_be_disabled()
    done = finished(store.repeats.runs(1))
    assert 1 <= len(done) < 5
    assert {attempt for attempt, _ in done.values()} == {1}
    assert not any(run.in_progress for run in store.repeats.runs(1))

    resume.click()

    expect(bar).to_contain_text(re.compile(r"^[23] of 5 runs finished, now .*\b[13],000 images"))
    crash(servers[0], store)
    before = finished(store.repeats.runs(1))
    assert done.items() <= before.items()
    (lost,) = [run.id for run in store.repeats.runs(1) if run.state == "running"]

    # What was queued goes on by itself; what was interrupted waits for a person.
    page.goto(f"{serve()}/evaluate?run=1&part=How+much+data")
    expect(bar).to_contain_text(re.compile(rf"^{len(before) + 1} of 5 runs finished"), timeout=1000 * ENDED_SECONDS)
    assert store.runs.get(lost).status == "interrupted"
    resume.click()
    expect(bar).to_have_count(0, timeout=1000 * ENDED_SECONDS)

    chart = page.locator(".st-key-learning-curve .js-plotly-plot")
    expect(chart.locator(".xtitle")).to_be_visible()
    shown = "chart => chart.data.filter(({ name }) => name).map(({ name, x }) => [name, [...x]])"
    sizes = [100, 300, 1000, 3000, 3600]
    assert chart.evaluate(shown) == [["training", sizes], ["validation", sizes]]
    after = finished(store.repeats.runs(1))
    assert len(after) == 5
    assert before.items() <= after.items(), "what had finished was not trained again"


def crash(server: subprocess.Popen[bytes], store: Store) -> None:
    """Kill a server and the worker that has a run, so that neither can tidy up after the other."""
    (worker,) = [run.worker for run in store.repeats.runs(1) if run.status == "running"]
    assert worker is not None
    server.send_signal(signal.SIGSTOP)
    kill(worker)
    server.kill()
    server.wait()
