"""A session of the app without a browser: it speaks Streamlit's websocket and draws nothing.

So the server alone is measured, with as many sessions as a class has. Between messages it does what the page's frontend
does: it has the page run, then the fragments that ask to be run again, each at its interval.
"""

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol


class WebsocketSession:
    """One session, open as an asynchronous context manager.

    `bytes_received` counts what the server has sent, `polls` how often a fragment was run again.
    `on_component` is called with the key and the data of each of the app's own components that is shown or updated.
    """

    def __init__(self, address: str, on_component: Callable[[str, dict[str, Any]], None]) -> None:
        self._address = address.replace("http://", "ws://", 1) + "/_stcore/stream"
        self._on_component = on_component
        self.bytes_received, self.polls = 0, 0
        self._finished = asyncio.Event()
        self._polls: dict[str, asyncio.Task[None]] = {}
        self._page, self._page_hash, self._query = "", "", ""

    async def __aenter__(self) -> Self:
        protocol = Subprotocol("streamlit")
        self._socket: ClientConnection = await connect(self._address, subprotocols=[protocol], max_size=None)
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop_polls()
        self._reader.cancel()
        await self._socket.close()

    async def open(self, page: str, query: str = "") -> None:
        """Run a page, such as `train`, to its end."""
        self._page, self._page_hash, self._query = page, "", query
        self._stop_polls()
        self._finished.clear()
        await self._run()
        await self._finished.wait()

    async def _run(self, fragment: str = "") -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash = self._query, self._page_hash
        if not self._page_hash:
            state.page_name = self._page
        state.fragment_id, state.is_auto_rerun = fragment, bool(fragment)
        await self._socket.send(message.SerializeToString())

    async def _read(self) -> None:
        async for content in self._socket:
            assert isinstance(content, bytes)
            self.bytes_received += len(content)
            self._take(ForwardMsg.FromString(content))

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                if not message.metadata.run.fragment_ids:  # the whole page runs
                    self._stop_polls()
            case "navigation":
                self._page_hash = message.navigation.page_script_hash
            case "script_finished":
                self._finished.set()
            case "auto_rerun":
                poll = message.auto_rerun
                self._stop_poll(poll.fragment_id)
                self._polls[poll.fragment_id] = asyncio.create_task(self._poll(poll.fragment_id, poll.interval))
            case "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    self._stop_poll(fragment)
            case "delta":
                self._take_element(message.delta.new_element)

    def _take_element(self, element: Any) -> None:
        if element.WhichOneof("type") == "bidi_component":
            component = element.bidi_component
            if text := component.json or component.mixed.json:
                self._on_component(component.id.split("-", 2)[-1], json.loads(text))

    async def _poll(self, fragment: str, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            self.polls += 1
            await self._run(fragment)

    def _stop_poll(self, fragment: str) -> None:
        if fragment in self._polls:
            self._polls.pop(fragment).cancel()

    def _stop_polls(self) -> None:
        for fragment in list(self._polls):
            self._stop_poll(fragment)
