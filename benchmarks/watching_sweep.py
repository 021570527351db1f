"""What watching a sweep costs the server, by how many runs it has had: `python -m benchmarks.watching_sweep`.

A session has the Sweep page open on a sweep of 20 runs, then on one of 500, several times in turn. Of each sweep two
more runs are in progress and report twice a second; an epoch ends every second, and where runs end, one does so and is
begun again every five seconds. Prints the CPU time of the server for each refresh, and the ratio of both sweeps. The
runs are stored without being trained. Asserts nothing.
"""

import asyncio
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.sweeping import BASE, PLAN, add_runs
from benchmarks.watching import cpu_seconds
from benchmarks.websocket_session import WebsocketSession
from mnist_core.data import EMBEDDED
from mnist_core.store import Run, Store
from tests.browser.server import Server

COUNTS = (20, 500)
ROUNDS, SECONDS, SETTLE_SECONDS = 3, 20, 8
CONFIG = BASE.model_copy(update={"epochs": 200})
TICKS_AN_EPOCH, TICKS_A_RUN, TICK_SECONDS = 2, 10, 0.5


async def main() -> None:
    for runs_end in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder) / "runs")
            sweeps = {count: make_sweep(store, count) for count in COUNTS}
            in_progress = [run for runs in sweeps.values() for run in runs]
            server = Server(store.folder, Path(folder) / "data")
            with in_the_background(store, in_progress, runs_end), server:
                taken: dict[int, list[float]] = {count: [] for count in COUNTS}
                for _ in range(ROUNDS):
                    for count, (run, _) in sweeps.items():
                        taken[count].append(await milliseconds(server, run.sweep_id or 0))
        few, many = (statistics.median(taken[count]) for count in COUNTS)
        print(
            f"a refresh of the Sweep page while {'runs end' if runs_end else 'epochs end'}: {few:.1f} ms of CPU with "
            f"{COUNTS[0]} runs, {many:.1f} ms with {COUNTS[1]}: {many / few:.2f} times as much"
        )


def make_sweep(store: Store, count: int) -> tuple[Run, Run]:
    """A sweep of so many runs that have ended; the two in progress keep a worker from adding one."""
    plan = PLAN.model_copy(update={"at_once": 2})
    sweep = store.sweeps.create(plan.model_dump(mode="json"), BASE, EMBEDDED, size=4_000)
    add_runs(store, sweep.id, count)
    return begin(store, sweep.id, count + 1), begin(store, sweep.id, count + 2)


def begin(store: Store, sweep_id: int, number: int) -> Run:
    config = CONFIG.model_copy(update={"learning_rate": 0.001 + number / 100_000})
    added = store.sweeps.add_run(sweep_id, number, config, f"Sweep {sweep_id}, run {number}")
    run = store.workers.claim(1, added.id) if added is not None else None
    assert run is not None
    return run


@contextmanager
def in_the_background(store: Store, runs: list[Run], runs_end: bool) -> Iterator[None]:
    """Report the runs as workers do."""
    done = threading.Event()

    def report() -> None:
        tick = 0
        while not done.wait(TICK_SECONDS):
            tick += 1
            ending = runs_end and tick % TICKS_A_RUN == 0
            for place, run in enumerate(runs):
                epoch, rest = divmod(tick, TICKS_AN_EPOCH)
                curve = {} if rest else {"validation_accuracy": ([epoch], [0.9])}
                state = "finished" if ending and place % 2 else "running"  # the first of each sweep goes on
                store.workers.report(run, curve, step=tick, steps=100_000, epoch=epoch, state=state)

    thread = threading.Thread(target=report)
    thread.start()
    yield
    done.set()
    thread.join()


async def milliseconds(server: Server, sweep_id: int) -> float:
    """CPU time of the server for each refresh of the page."""
    async with WebsocketSession(server.address, lambda key, content: None) as session:
        await session.open("sweep", f"sweep={sweep_id}")
        await asyncio.sleep(SETTLE_SECONDS)  # the first messages hold the whole figures
        cpu, polls = cpu_seconds(server.process.pid), session.polls
        await asyncio.sleep(SECONDS)
        return 1_000 * (cpu_seconds(server.process.pid) - cpu) / (session.polls - polls)


if __name__ == "__main__":
    asyncio.run(main())
