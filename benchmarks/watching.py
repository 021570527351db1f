"""What watching a training costs the server: `python -m benchmarks.watching [sessions ...]`, by default 1 10 50 100.

1. So many sessions watch a real training of the tutorial's network: CPU time that the server process takes for each, as
   a share of one core, and how far each is behind the store at worst. They speak the app's websocket and draw nothing,
   so that the server alone is measured; a Chromium tab beside them shows what a person sees.
2. 50 sessions have a page open that shows no training, while there is none and while there is one: CPU time of a poll
   of the sidebar, and with what the same sessions take where they do not poll.
3. One session watches a run that reports at a constant rate, after 1,000 and after 100,000 steps: CPU time and bytes
   sent a second, since neither may grow with the history.

Needs the full MNIST in the folder that MNIST_DATA_DIR names. Asserts nothing.
"""

import asyncio
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from benchmarks.websocket_session import WebsocketSession
from mnist_core import data, settings
from mnist_core.config import PRESETS, TrainingConfig
from mnist_core.store import Run, Store
from tests.browser.server import CHROMIUM_FLAGS, Server, chromium_program

SECONDS, WAIT_SECONDS = 20, 120
ARRIVAL_SECONDS, SETTLE_SECONDS = 20, 10
SIDEBARS, SIDEBAR_SECONDS = 50, 45
# The last point of the loss chart, as the browser has it.
LAST_STEP = "(id) => document.querySelector(`.st-key-curves-${id} [data-chart=loss]`)?.data?.[0]?.x?.at(-1) ?? 0"
STEPS_PER_SECOND = 1_000
"""Of the run that reports at a constant rate."""


class Watcher(WebsocketSession):
    """A session that watches a run; `last_step` is the last one that it was sent of the loss chart."""

    def __init__(self, address: str, run_id: int) -> None:
        super().__init__(address, self._note)
        self._charts, self.last_step = f"curves-{run_id}", 0

    def _note(self, key: str, content: dict[str, Any]) -> None:
        if key == self._charts:
            loss = content["charts"][0]["points"]
            if loss and loss[0]["x"]:
                self.last_step = int(loss[0]["x"][-1])


async def main(counts: list[int]) -> None:
    data_dir = settings.load().data_dir
    if data.identify(settings.load()).name != data.FULL:
        sys.exit("Set MNIST_DATA_DIR to the folder of the full MNIST.")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder, Server(Path(folder), data_dir) as server:
            await real_training(server, Store(Path(folder)), count)
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder), data_dir) as server:
        for steps in (1_000, 100_000):
            await steady_run(server, Store(Path(folder)), steps)
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder), data_dir) as server:
        store = Store(Path(folder))
        await sidebars(server, store, "nothing is trained")
        store.runs.create(PRESETS["tutorial"].model_copy(update={"epochs": 200}), data.FULL)
        await sidebars(server, store, "a run is in progress")
        store.control.stop(1)


async def real_training(server: Server, store: Store, count: int) -> None:
    store.runs.create(PRESETS["tutorial"].model_copy(update={"epochs": 200}), data.FULL)
    async with AsyncExitStack() as stack:
        browser = await (await stack.enter_async_context(async_playwright())).chromium.launch(
            executable_path=chromium_program(), args=CHROMIUM_FLAGS
        )
        tab = await browser.new_page()
        await tab.goto(f"{server.address}/train?run=1")
        watchers = [await stack.enter_async_context(Watcher(server.address, 1)) for _ in range(count)]
        await asyncio.gather(*(arrive(watcher, number / count) for number, watcher in enumerate(watchers)))
        started = time.monotonic()
        while not all(watcher.last_step for watcher in watchers) and time.monotonic() - started < WAIT_SECONDS:
            await asyncio.sleep(0.1)
        await asyncio.sleep(SETTLE_SECONDS)
        without = sum(not watcher.last_step for watcher in watchers)
        cpu, started, behind, seen_behind = cpu_seconds(server.process.pid), time.monotonic(), 0.0, 0.0
        while time.monotonic() - started < SECONDS:
            run, step = store.runs.get(1), await last_step_seen(tab)
            seconds_per_step = run.seconds / max(run.step, 1)
            behind = max(behind, *((run.step - watcher.last_step) * seconds_per_step for watcher in watchers))
            seen_behind = max(seen_behind, (run.step - step) * seconds_per_step)
            await asyncio.sleep(0.05)
        share = (cpu_seconds(server.process.pid) - cpu) / (time.monotonic() - started) / (count + 1)
        print(
            f"{data.FULL}, {count} sessions and a tab: each takes {share:.2%} of a core; the sessions are at most "
            f"{behind:.1f} s behind, the tab {seen_behind:.1f} s; {without} saw no point in {WAIT_SECONDS} s; "
            f"{store.runs.get(1).images_per_second:,.0f} images/s"
        )
        store.control.stop(1)
        await browser.close()


async def sidebars(server: Server, store: Store, state: str) -> None:
    async with AsyncExitStack() as stack:
        sessions = [
            await stack.enter_async_context(WebsocketSession(server.address, lambda key, content: None))
            for _ in range(SIDEBARS)
        ]
        for session in sessions:
            await session.open("data")
        while store.workers.device() is None:
            await asyncio.sleep(0.1)
        await asyncio.sleep(20)  # until every sidebar has changed its interval
        requests = sum(session.sidebar.requests for session in sessions)
        cpu = await cpu_taken(server)
        requests = sum(session.sidebar.requests for session in sessions) - requests
        for session in sessions:
            session.sidebar.stop()
        idle = await cpu_taken(server)
        print(
            f"the sidebar, {SIDEBARS} sessions, {state}: {1e3 * (cpu - idle) / requests:.1f} ms of CPU a poll, "
            f"{1e3 * cpu / requests:.1f} with what the sessions take anyway; "
            f"{requests / SIDEBARS / SIDEBAR_SECONDS * 60:.1f} polls a minute in each"
        )


async def cpu_taken(server: Server) -> float:
    """CPU seconds that the server takes in `SIDEBAR_SECONDS`."""
    before = cpu_seconds(server.process.pid)
    await asyncio.sleep(SIDEBAR_SECONDS)
    return cpu_seconds(server.process.pid) - before


async def arrive(watcher: Watcher, share: float) -> None:
    """Open the run after that share of the time in which a class arrives."""
    await asyncio.sleep(share * ARRIVAL_SECONDS)
    await watcher.open("train", "run=1")


async def last_step_seen(tab: Page) -> int:
    return int(await tab.evaluate(LAST_STEP, 1))


async def steady_run(server: Server, store: Store, steps: int) -> None:
    run = store.runs.create(TrainingConfig(batch_size=1), data.FULL, state="running")
    store.workers.report(run, {"loss": (range(1, steps + 1), [0.05] * steps)}, step=steps, steps=180_000, seconds=1.0)
    with reported(store, run, steps):
        async with Watcher(server.address, run.id) as watcher:
            await watcher.open("train", f"run={run.id}")
            while watcher.last_step <= steps:
                await asyncio.sleep(0.1)
            await asyncio.sleep(5)  # the first messages hold the whole figure
            cpu, before, started = cpu_seconds(server.process.pid), watcher.bytes_received, time.monotonic()
            await asyncio.sleep(SECONDS)
            seconds = time.monotonic() - started
            print(
                f"after {steps:,} steps: {(cpu_seconds(server.process.pid) - cpu) / seconds:.2%} of a core, "
                f"{(watcher.bytes_received - before) / seconds / 1000:.1f} kB/s"
            )


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


def cpu_seconds(process: int) -> float:
    """CPU time that a process has taken, on Linux."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    asyncio.run(main([int(count) for count in sys.argv[1:]] or [1, 10, 50, 100]))
