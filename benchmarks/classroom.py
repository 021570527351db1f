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
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.learner import ACTS, PLACE_OF, PLACES, Learner
from benchmarks.watching import cpu_seconds
from benchmarks.websocket_session import WebsocketSession
from mnist_core import data, settings
from mnist_core.config import PRESETS
from mnist_core.store import Store
from tests.browser.server import Server
from tests.openid_provider import OpenIDProvider

PAUSE_SECONDS = 10.0
"""Between two acts of a learner, on average."""
ARRIVAL_SECONDS, SECONDS = 20.0, 120.0
RESTARTED, WAITING = 40, 5
COST_ROUNDS, COST_SECONDS, WATCHING, FINISHED = 20, 20.0, 10, 40


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


async def measure_costs(server: Server, store: Store) -> dict[str, float]:
    """CPU seconds of a page run of each kind, while nothing is trained, and of a poll while a run is watched."""
    learner, costs = Learner(server.address, store, seed=0), {}
    async with learner.session:
        for number in range(2):  # first, what the server then keeps is loaded
            for place in PLACES:
                await learner.do(f"open {place}")
            if not number:
                await learner.do("open Train")
                await learner.do("start a run")
                await end_of(store)
        fill(store)
        for act in ACTS:
            if not act.startswith("open "):
                await learner.do(f"open {PLACE_OF[act]}")
            costs[act] = await cpu_of(server, store, learner, act)
        print(f"{data.FULL}, CPU time of the server, load of the machine {os.getloadavg()[0]:.1f}")
        print(*(f"  {act:14} {1e3 * cost:4.0f} ms" for act, cost in costs.items()), sep="\n")
        print_troubles([learner])
    return costs | {"poll": await cpu_of_poll(server, store)}


async def cpu_of(server: Server, store: Store, learner: Learner, act: str) -> float:
    """CPU seconds of a page run, the mean of some."""
    spent = 0.0
    for _ in range(COST_ROUNDS):
        cpu = cpu_seconds(server.process.pid)
        await learner.do(act)
        spent += cpu_seconds(server.process.pid) - cpu
        if act == "start a run":
            store.control.stop(learner.started[-1])
            await end_of(store)
    return spent / COST_ROUNDS


async def cpu_of_poll(server: Server, store: Store) -> float:
    """CPU seconds of a poll where half of the sessions watch the run that trains and half one that waits."""
    config = PRESETS["tutorial"].model_copy(update={"epochs": 200})
    training, waiting = (store.runs.create(config, data.FULL).id for _ in range(2))
    async with AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(WebsocketSession(server.address)) for _ in range(WATCHING)]
        await sessions[0].open("knn")  # loads PyTorch
        for number, session in enumerate(sessions):
            await session.open("train", f"run={training if number % 2 else waiting}")
        await asyncio.sleep(5)  # the first messages hold the whole figures
        cpu, polls = cpu_seconds(server.process.pid), sum(session.polls for session in sessions)
        await asyncio.sleep(COST_SECONDS)
        polls = sum(session.polls for session in sessions) - polls
        cost = (cpu_seconds(server.process.pid) - cpu) / polls
    print(f"  {'a poll':14} {1e3 * cost:4.1f} ms, {polls / COST_SECONDS / WATCHING:.1f} a second in each session")
    for run in (training, waiting):
        store.control.stop(run)
    return cost


def fill(store: Store) -> None:
    """Store finished runs as a class has them: copies of the first one, with its files."""
    first = store.runs.get(1)
    for _ in range(FINISHED):
        run = store.runs.create(first.config, data.FULL, state="finished")
        store.files.network_path(run.id).hardlink_to(store.files.network_path(first.id))


async def restart(data_dir: Path) -> None:
    """A server is killed while a class watches a run, others wait, and is started again with the same folder."""
    with tempfile.TemporaryDirectory() as folder:
        server, store = server_with_login(Path(folder), data_dir), Store(Path(folder))
        learners = [Learner(server.address, store, seed, logs_in=True) for seed in range(RESTARTED)]
        async with AsyncExitStack() as stack:
            for learner in learners:
                stack.push_async_exit(learner.session)
            await asyncio.gather(*(one.arrive(n / RESTARTED, ARRIVAL_SECONDS) for n, one in enumerate(learners)))
            for learner in learners[: WAITING + 1]:
                await learner.do("open Train")
                await learner.do("start a run")
            shared = learners[0].started[0]
            store.runs.share(shared, True)
            watched = [(learner, learner.started[0] if learner.started else shared) for learner in learners]
            await asyncio.gather(*(learner.session.open("train", f"run={run}") for learner, run in watched))
            while not any(run.step for run in store.runs.all()):
                await asyncio.sleep(0.1)
            before = {run.id: run.status for run in store.runs.all()}
            server.kill()
            await asyncio.gather(*(learner.session.lost.wait() for learner in learners))
            port = int(server.address.rpartition(":")[2])
            stack.enter_context(server_with_login(Path(folder), data_dir, port=port))
            answers, begun = time.monotonic(), []
            back = await asyncio.gather(*(comes_back(learner, answers) for learner in learners))
            print(
                f"killed with {RESTARTED} sessions, runs {', '.join(before.values())}: {sum(map(bool, back))} sessions "
                f"came back, the last {max(back):.1f} s after the server answered"
            )
            while any(run.in_progress or run.status == "interrupted" for run in store.runs.all()):
                for learner in learners:
                    if learner.session.shows("Resume"):
                        await learner.session.press("Resume")
                        begun.append(learner.started[-1])
                await asyncio.sleep(0.5)
            ends = Counter(run.status for run in store.runs.all())
            print(f"  resumed by a person: run {begun}; all {len(before)} runs ended: {dict(ends)}")


def server_with_login(folder: Path, data_dir: Path, **where: int) -> Server:
    secrets = folder / "secrets.toml"
    secrets.write_text(OpenIDProvider({}).secrets)  # nobody asks the provider, as learners have their cookies
    return Server(folder, data_dir, secrets=secrets, **where)


async def comes_back(learner: Learner, answers: float) -> float:
    """Reconnect as the frontend does, and see the page; seconds since the server answers, 0 where it fails."""
    await learner.session.reconnect()
    return time.monotonic() - answers if learner.session.shows("smoothing") else 0.0


async def end_of(store: Store) -> None:
    """Wait until no run is in progress."""
    while store.runs.in_progress():
        await asyncio.sleep(0.1)


async def lesson(server: Server, store: Store, count: int, costs: dict[str, float]) -> None:
    """A class arrives at a new server and works."""
    learners = [Learner(server.address, store, seed, logs_in=True) for seed in range(count)]
    async with AsyncExitStack() as stack:
        for learner in learners:
            stack.push_async_exit(learner.session)
        await asyncio.gather(*(one.arrive(n / count, ARRIVAL_SECONDS) for n, one in enumerate(learners)))
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


def print_troubles(learners: list[Learner]) -> None:
    for line, times in Counter(line for learner in learners for line in learner.unanswered).items():
        print(f"  NOT ANSWERED {times} times: {line}")
    for line, times in Counter(line for learner in learners for line in learner.session.errors).items():
        print(f"  ERROR shown {times} times: {line}")
    if lost := sum(learner.session.lost_ends for learner in learners):
        print(f"  the end of a page run was LOST {lost} times")


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
