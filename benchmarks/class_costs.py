"""What one page run of each kind costs the server in CPU time, and a poll; a part of `benchmarks.classroom`."""

import asyncio
import os
from contextlib import AsyncExitStack

from benchmarks.class_of_learners import print_troubles
from benchmarks.learner import ACTS, PLACE_OF, PLACES, Learner
from benchmarks.watching import cpu_seconds
from benchmarks.websocket_session import WebsocketSession
from mnist_core import data
from mnist_core.config import PRESETS
from mnist_core.store import Store
from tests.browser.server import Server

ROUNDS, SECONDS, WATCHING, FINISHED = 20, 20.0, 10, 40


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
    for _ in range(ROUNDS):
        cpu = cpu_seconds(server.process.pid)
        await learner.do(act)
        spent += cpu_seconds(server.process.pid) - cpu
        if act == "start a run":
            store.control.stop(learner.started[-1])
            await end_of(store)
    return spent / ROUNDS


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
        await asyncio.sleep(SECONDS)
        polls = sum(session.polls for session in sessions) - polls
        cost = (cpu_seconds(server.process.pid) - cpu) / polls
    print(f"  {'a poll':14} {1e3 * cost:4.1f} ms, {polls / SECONDS / WATCHING:.1f} a second in each session")
    for run in (training, waiting):
        store.control.stop(run)
    return cost


def fill(store: Store) -> None:
    """Store finished runs as a class has them: copies of the first one, with its files."""
    first = store.runs.get(1)
    for _ in range(FINISHED):
        run = store.runs.create(first.config, data.FULL, state="finished")
        store.files.network_path(run.id).hardlink_to(store.files.network_path(first.id))


async def end_of(store: Store) -> None:
    """Wait until no run is in progress."""
    while store.runs.in_progress():
        await asyncio.sleep(0.1)
