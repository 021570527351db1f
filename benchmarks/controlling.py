"""How soon a run in progress obeys, in a headless Chromium on the same cores: `python -m benchmarks.controlling`.

Each figure is the time from the click, or from the death of a process, until the page says so, beside what a person may
expect: a worker obeys within a second, and a second of the page's polling and a redraw come on top; a worker that died
with its server counts as gone after 5 seconds. On the embedded digits; asserts nothing.
"""

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, expect

from mnist_core.store import ALIVE_SECONDS, Store
from tests.browser.server import Server, chromium
from tests.browser.test_run_controls import kill, worker_of
from tests.browser.test_training import LONG, badge, start

ROUNDS = 5
CLICK_SECONDS = 3.0
"""What stopping may take: one second of the worker, one of polling, one of drawing."""


def seconds_until(page: Page, status: str) -> float:
    """How long it takes from now until the page shows a run's status."""
    started = time.perf_counter()
    expect(badge(page, status)).to_be_visible(timeout=60_000)
    return time.perf_counter() - started


def press(page: Page, button: str, status: str) -> float:
    page.get_by_role("button", name=button).click()
    return seconds_until(page, status)


def clicks(page: Page, server: Server) -> dict[str, float]:
    """Seconds of each control of one run."""
    start(page, server.address + LONG)
    return {
        "Pause": press(page, "Pause", "paused"),
        "Resume": press(page, "Resume", "running"),
        "Stop": press(page, "Stop", "stopped"),
    }


def killed_worker(page: Page, server: Server) -> float:
    run = start(page, server.address + LONG)
    kill(worker_of(Store(server.runs_dir), run))
    return seconds_until(page, "interrupted")


def killed_server(page: Page, folder: Path) -> float:
    """Seconds from the first look at a new server's page, whose imports come first, until it knows what was lost."""
    with Server(folder, folder) as server:
        run = start(page, server.address + LONG)
        server.kill()
    with Server(folder, folder) as server:
        page.goto(f"{server.address}/train?run={run}")
        expect(page.locator(f".st-key-curves-{run} [data-chart=loss] .js-line").first).to_be_visible()
        return seconds_until(page, "interrupted")


def tell(what: str, seconds: list[float], bar: float) -> None:
    print(f"{what}: median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s, bar {bar:.0f} s")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.set_default_timeout(60_000)
        with Server(Path(folder), Path(folder)) as server:
            rounds = [clicks(page, server) for _ in range(ROUNDS + 1)][1:]  # the first one warms up
            for control in rounds[0]:
                tell(control, [seconds[control] for seconds in rounds], CLICK_SECONDS)
            tell("Worker killed", [killed_worker(page, server) for _ in range(ROUNDS)], CLICK_SECONDS)
        tell("Server killed", [killed_server(page, Path(folder)) for _ in range(ROUNDS)], ALIVE_SECONDS + 1)


if __name__ == "__main__":
    main()
