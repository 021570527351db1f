"""A class of simulated learners, who log in, and a server for them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from benchmarks.learner import Learner
from mnist_core.store import Store
from tests.browser.server import Server
from tests.openid_provider import OpenIDProvider

ARRIVAL_SECONDS = 20.0


def server_with_login(folder: Path, data_dir: Path, *, port: int | None = None) -> Server:
    secrets = folder / "secrets.toml"
    secrets.write_text(OpenIDProvider({}).secrets)  # nobody asks the provider, as learners have their cookies
    return Server(folder, data_dir, secrets=secrets, port=port)


@asynccontextmanager
async def arriving(server: Server, store: Store, count: int) -> AsyncIterator[list[Learner]]:
    """So many learners who have arrived, one after another; at the end they leave."""
    learners = [Learner(server.address, store, seed, logs_in=True) for seed in range(count)]
    async with AsyncExitStack() as stack:
        for learner in learners:
            stack.push_async_exit(learner.session)
        await asyncio.gather(*(one.arrive(n / count, ARRIVAL_SECONDS) for n, one in enumerate(learners)))
        yield learners


def print_troubles(learners: list[Learner]) -> None:
    """Print what had no answer, which errors pages have shown, and how many ends of page runs were lost."""
    for line, times in Counter(line for learner in learners for line in learner.unanswered).items():
        print(f"  NOT ANSWERED {times} times: {line}")
    for line, times in Counter(line for learner in learners for line in learner.session.errors).items():
        print(f"  ERROR shown {times} times: {line}")
    if lost := sum(learner.session.lost_ends for learner in learners):
        print(f"  the end of a page run was LOST {lost} times")
