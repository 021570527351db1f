"""Several sessions on one server: none loses the end of a page run, and all come back to a server that was killed."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from benchmarks.websocket_session import WebsocketSession
from mnist_core.config import PRESETS
from mnist_core.data import EMBEDDED
from mnist_core.store import Store
from tests.browser.server import Server, free_port

pytestmark = pytest.mark.browser
SESSIONS = 4
SHORT = PRESETS["tutorial"].model_copy(update={"epochs": 1})
LONG = PRESETS["tutorial"].model_copy(update={"epochs": 200, "batch_size": 1})


def in_thread(main: Callable[[Path], Coroutine[Any, Any, None]], folder: Path) -> None:
    """Run a coroutine to its end in a thread of its own, since Playwright has an event loop in that of the tests."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, main(folder)).result()


async def seen(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.05)


class PolledSession(WebsocketSession):
    """A session whose sidebar is polled far more often than it asks for."""

    async def run_pages(self, times: int) -> None:
        """Run the page so often, each time until it ends, or until the end of one was lost."""
        await self.open("data")
        sidebar = next(iter(self._polls))
        for _ in range(times):
            page = asyncio.create_task(self._run_to_end())
            while not page.done() and not self.lost_ends:
                await self._run(sidebar, is_poll=True)
                await asyncio.sleep(0.02)
            page.cancel()


def test_no_page_run_loses_its_end_to_a_poll(tmp_path: Path) -> None:
    in_thread(run_pages_beside_polls, tmp_path)


async def run_pages_beside_polls(folder: Path) -> None:
    async with AsyncExitStack() as stack:
        server = stack.enter_context(Server(folder / "runs", folder / "data"))
        sessions = [await stack.enter_async_context(PolledSession(server.address)) for _ in range(SESSIONS)]
        await asyncio.gather(*(session.run_pages(8) for session in sessions))

        assert [session.lost_ends for session in sessions] == [0] * SESSIONS


def test_after_a_killed_server_all_sessions_come_back_and_all_runs_go_on(tmp_path: Path) -> None:
    in_thread(kill_and_start_again, tmp_path)


async def kill_and_start_again(folder: Path) -> None:
    store, port = Store(folder / "runs"), free_port()
    trained, *waiting = (store.runs.create(config, EMBEDDED).id for config in (LONG, SHORT, SHORT))
    async with AsyncExitStack() as stack:
        server = Server(folder / "runs", folder / "data", port=port)
        stack.callback(server.kill)
        sessions = [await stack.enter_async_context(WebsocketSession(server.address)) for _ in range(SESSIONS)]
        for session, run in zip(sessions, (trained, *waiting, trained), strict=True):
            await session.open("train", f"run={run}")
        await seen(lambda: store.runs.get(trained).step > 0)
        assert [store.runs.get(run).status for run in waiting] == ["queued", "queued"]

        server.kill()
        await asyncio.gather(*(session.lost.wait() for session in sessions))
        stack.enter_context(Server(folder / "runs", folder / "data", port=port))
        await asyncio.gather(*(session.reconnect() for session in sessions))

        for session, run in zip(sessions, (trained, *waiting, trained), strict=True):
            assert session.query == f"run={run}"
            assert session.shows("smoothing")
        await seen(lambda: all(store.runs.get(run).status == "finished" for run in waiting))
        await seen(lambda: sessions[0].shows("Resume"))
        step = store.runs.get(trained).step
        await sessions[0].press("Resume")
        await seen(lambda: store.runs.get(trained).step > step)
        store.control.stop(trained)
        await seen(lambda: store.runs.get(trained).status == "stopped")
        assert not any(session.errors for session in sessions)
