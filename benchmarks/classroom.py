"""A class on one server: `python -m benchmarks.classroom [learners ...]`, by default 40 100.

1. What one page run of each kind costs the server in CPU time, and a poll: by these numbers one sees what a class
   needs, whatever else the machine does.
2. So many learners, who have logged in, do something about every 10 s: on Train, watching a run, on KNN, on Draw and on
   Runs. They speak the app's websocket from a process of their own, to a server with the full MNIST. One run trains
   at a time, the others wait. How long their page runs take, what the server takes, and what became of the runs.
3. The server is killed with 40 sessions that watch a run, their own or a shared one, and 5 runs waiting, then started
   again.

Needs the full MNIST in the folder that MNIST_DATA_DIR names. Asserts nothing.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.class_costs import measure_costs
from benchmarks.class_of_learners import arriving, print_troubles, server_with_login
from benchmarks.class_restart import restart
from benchmarks.learner import Learner
from benchmarks.watching import cpu_seconds
from mnist_core import data, settings
from mnist_core.store import Store
from tests.browser.server import Server

PAUSE_SECONDS = 10.0
"""Between two acts of a learner, on average."""
SECONDS = 120.0


async def main(counts: list[int]) -> None:
    data_dir = settings.load().data_dir
    if data.identify(settings.load()).name != data.FULL:
        sys.exit("Set MNIST_DATA_DIR to the folder of the full MNIST.")
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder), data_dir) as server:
        costs = await measure_costs(server, Store(Path(folder)))
    for count in counts:
        with tempfile.TemporaryDirectory() as folder, server_with_login(Path(folder), data_dir) as server:
            await lesson(server, Store(Path(folder)), count, costs)
    await restart(data_dir)


async def lesson(server: Server, store: Store, count: int, costs: dict[str, float]) -> None:
    """A class arrives at a new server and works."""
    async with arriving(server, store, count) as learners:
        while store.workers.device() is None:
            await asyncio.sleep(0.1)
        cpu, own, begun = cpu_seconds(server.process.pid), time.process_time(), time.monotonic()
        polls = sum(learner.session.polls for learner in learners)
        await asyncio.gather(*(learner.act_until(begun + SECONDS, PAUSE_SECONDS) for learner in learners))
        seconds = time.monotonic() - begun
        polls = sum(learner.session.polls for learner in learners) - polls
        share = (cpu_seconds(server.process.pid) - cpu) / seconds
        print(f"{data.FULL}, {count} learners, {seconds:.0f} s; load of the machine {os.getloadavg()[0]:.1f}")
        by_act = print_acts(learners)
        clients = (time.process_time() - own) / seconds
        acts = sum(costs[act] * len(times) for act, times in by_act.items() if act in costs) / seconds
        print(
            f"  server {share:.2f} cores, the learners' process {clients:.2f}; {polls / seconds:.1f} polls a second. "
            f"By the costs alone: acts {acts:.2f}, polls {polls * costs['poll'] / seconds:.2f}"
        )
        print_memory(server)
        print_runs(store, learners)


def print_acts(learners: list[Learner]) -> dict[str, list[float]]:
    by_act: dict[str, list[float]] = {}
    for learner in learners:
        for act, seconds in learner.seconds.items():
            by_act.setdefault(act, []).extend(seconds)
    every = [one for act, seconds in by_act.items() if act != "arrive" for one in seconds]
    print(f"  {'page runs':14} {'number':>6} {'p50':>6} {'p95':>6} {'max':>6} s")
    for act, seconds in [*sorted(by_act.items()), ("all acts", every)]:
        p95 = statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
        print(f"  {act:14} {len(seconds):6} {statistics.median(seconds):6.2f} {p95:6.2f} {max(seconds):6.2f}")
    print_troubles(learners)
    return by_act


def print_memory(server: Server) -> None:
    """The most resident memory of the server's process so far, and of the worker's, which is another process."""
    own = peak_megabytes(server.process.pid)
    workers = ", ".join(f"{peak_megabytes(child):,.0f} MB" for child in children(server.process.pid))
    print(f"  peak resident memory: server {own:,.0f} MB; its worker {workers}")


def print_runs(store: Store, learners: list[Learner]) -> None:
    runs = {run.id: run for run in store.runs.all()}
    started = [run for learner in learners for run in learner.started]
    states = Counter(runs[run].status if run in runs else "lost" for run in started)
    print(f"  runs started {len(started)}: {', '.join(f'{number} {state}' for state, number in states.items())}")


def peak_megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


def children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


if __name__ == "__main__":
    asyncio.run(main([int(count) for count in sys.argv[1:]] or [40, 100]))
