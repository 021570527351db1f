"""Several sessions on one server: none loses the end of a page run, and all come back to a server that was killed."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.websocket_session import WebsocketSession
from mnist_core.config import PRESETS
from mnist_core.data import EMBEDDED
from mnist_core.store import Store
from tests.browser.conftest import LONG_MS
from tests.browser.server import Server, free_port

pytestmark = pytest.mark.browser
SESSIONS = 4
SHORT = PRESETS["tutorial"].model_copy(update={"epochs": 1})
LONG = PRESETS["tutorial"].model_copy(update={"epochs": 200, "batch_size": 1})


def in_thread(main: Callable[[Path], Coroutine[Any, Any, None]], folder: Path) -> None:
    """Run a coroutine to its end in a thread of its own, since Playwright has an event loop in that of the tests."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, asyncio.wait_for(main(folder), LONG_MS / 1_000)).result()


async def seen(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.05)


class BusySession(WebsocketSession):
    """A session whose sidebar is shown anew at each message of a page run, far more often than its browser asks for."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._requests: list[asyncio.Task[None]] = []

    async def run_pages(self, times: int) -> None:
        """Run the page so often, each time until it ends; `AssertionError` as soon as the end of one was lost."""
        await self.open("data")
        for _ in range(times):
            await self._run_to_end()
        await asyncio.gather(*self._requests)

    def _take(self, message: ForwardMsg) -> None:
        of_page = self._page_runs
        super()._take(message)
        if of_page and self.shows("state-watcher"):
            sidebar = self.widget("state-watcher").fragment
            self._requests.append(asyncio.create_task(self._run(sidebar, is_poll=True)))
        if self.lost_ends and self._finished is not None and not self._finished.done():
            self._finished.set_exception(AssertionError("The end of a page run was lost."))


def test_no_page_run_loses_its_end_to_a_fragment(tmp_path: Path) -> None:
    in_thread(run_pages_beside_fragments, tmp_path)


async def run_pages_beside_fragments(folder: Path) -> None:
    async with AsyncExitStack() as stack:
        server = stack.enter_context(Server(folder / "runs", folder / "data"))
        sessions = [await stack.enter_async_context(BusySession(server.address)) for _ in range(SESSIONS)]

        await asyncio.gather(*(session.run_pages(16) for session in sessions))


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
