"""A server that is killed while a class watches runs, and started again; a part of `benchmarks.classroom`."""

import asyncio
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.class_of_learners import arriving, server_with_login
from benchmarks.learner import Learner
from mnist_core.store import Store

LEARNERS, WAITING = 40, 5


async def restart(data_dir: Path) -> None:
    """A server is killed while a class watches a run, others wait, and is started again with the same folder."""
    with tempfile.TemporaryDirectory() as folder:
        server, store = server_with_login(Path(folder), data_dir), Store(Path(folder))
        async with AsyncExitStack() as stack:
            learners = await stack.enter_async_context(arriving(server, store, LEARNERS))
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
                f"killed with {LEARNERS} sessions, runs {', '.join(before.values())}: {sum(map(bool, back))} sessions "
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


async def comes_back(learner: Learner, answers: float) -> float:
    """Reconnect as the frontend does, and see the page; seconds since the server answers, 0 where it fails."""
    await learner.session.reconnect()
    return time.monotonic() - answers if learner.session.shows("smoothing") else 0.0
