"""What watching a training costs the server: `python -m benchmarks.watching [sessions]`.

1. So many headless Chromium tabs watch a real training of the tutorial's network: CPU time that the server process
   takes for each, as a share of one core, and how far the charts lag behind the store.
2. One tab watches a run that reports at a constant rate, after 1,000 and after 100,000 steps: CPU time and bytes sent
   a second, since neither may grow with the history.

Needs the full MNIST in the folder that MNIST_DATA_DIR names. Asserts nothing.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, WebSocket

from mnist_core import data, settings
from mnist_core.config import PRESETS, TrainingConfig
from mnist_core.store import Run, Store
from tests.browser.server import Server, chromium

SECONDS = 20
# The last point of the loss chart, as the browser has it.
LAST_STEP = "(id) => document.querySelector(`.st-key-loss-${id} .js-plotly-plot`)?.data?.[0]?.x?.at(-1) ?? 0"
STEPS_PER_SECOND = 1_000
"""Of the run that reports at a constant rate."""


def main(sessions: int) -> None:
    if data.identify(settings.load().data_dir).name != data.FULL:
        sys.exit("Set MNIST_DATA_DIR to the folder of the full MNIST.")
    data_dir = settings.load().data_dir
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder), data_dir) as server, chromium() as browser:
        store = Store(Path(folder))
        real_training(browser, server, store, sessions)
        for steps in (1_000, 100_000):
            steady_run(browser, server, store, steps)


def real_training(browser: Browser, server: Server, store: Store, sessions: int) -> None:
    tabs = [browser.new_context().new_page() for _ in range(sessions)]
    for tab in tabs:
        tab.set_default_timeout(180_000)
    store.runs.create(PRESETS["tutorial"].model_copy(update={"epochs": 200}), data.FULL)
    for tab in tabs:
        tab.goto(f"{server.address}/train?run=1")
        tab.wait_for_function(f"({LAST_STEP})(1) > 0")
    cpu, started, behind = cpu_seconds(server.process.pid), time.monotonic(), 0.0
    while time.monotonic() - started < SECONDS:
        for tab in tabs:
            run = store.runs.get(1)
            behind = max(behind, (run.step - tab.evaluate(LAST_STEP, 1)) * run.seconds / run.step)
        tabs[0].wait_for_timeout(50)
    share = (cpu_seconds(server.process.pid) - cpu) / (time.monotonic() - started) / sessions
    speed = store.runs.get(1).images_per_second
    print(
        f"{data.FULL}, {sessions} sessions: each takes {share:.1%} of a core, is at most {behind:.1f} s behind; "
        f"{speed:,.0f} images/s"
    )
    store.control.stop(1)
    for tab in tabs:
        tab.close()


def steady_run(browser: Browser, server: Server, store: Store, steps: int) -> None:
    run = store.runs.create(TrainingConfig(batch_size=1), data.FULL, state="running")
    store.workers.report(run, {"loss": (range(1, steps + 1), [0.05] * steps)}, step=steps, steps=180_000, seconds=1.0)
    with reported(store, run, steps):
        tab, received = browser.new_context().new_page(), [0]
        tab.on("websocket", lambda socket: count_bytes(socket, received))
        tab.goto(f"{server.address}/train?run={run.id}")
        tab.wait_for_function(f"({LAST_STEP})({run.id}) > {steps}")
        tab.wait_for_timeout(3_000)
        cpu, before, started = cpu_seconds(server.process.pid), received[0], time.monotonic()
        tab.wait_for_timeout(1_000 * SECONDS)
        seconds = time.monotonic() - started
        print(
            f"after {steps:,} steps: {(cpu_seconds(server.process.pid) - cpu) / seconds:.2%} of a core, "
            f"{(received[0] - before) / seconds / 1000:.1f} kB/s"
        )
        tab.close()


@contextmanager
def reported(store: Store, run: Run, steps: int) -> Iterator[None]:
    """Report a run at a constant rate in the background."""
    done = threading.Event()

    def report() -> None:
        last = steps
        while not done.wait(0.2):
            new = range(last + 1, last + STEPS_PER_SECOND // 5 + 1)
            last = new[-1]
            store.workers.report(run, {"loss": (new, [0.05] * len(new))}, step=last, final_loss=0.05)

    thread = threading.Thread(target=report)
    thread.start()
    yield
    done.set()
    thread.join()
    store.runs.delete(run.id)


def count_bytes(socket: WebSocket, received: list[int]) -> None:
    def add(frame: str | bytes) -> None:
        received[0] += len(frame)

    socket.on("framereceived", add)


def cpu_seconds(process: int) -> float:
    """CPU time that a process has taken, on Linux."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
