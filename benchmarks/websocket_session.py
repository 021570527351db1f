"""A session of the app without a browser: it speaks Streamlit's websocket and draws nothing.

So the server alone is measured, with as many sessions as a class has. It does what the page's frontend does: it has
the page run, then the fragments that ask to be run again, each at its interval; it asks for the state of the sidebar;
it sends the states of all widgets with each run; it keeps large messages, which the server then only refers to; it
comes back after its connection was lost.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from benchmarks import widget_states
from benchmarks.state_watcher import StateWatcher
from tests import logged_in
from tests.logged_in import xsrf_token

_CACHED_RUNS = 2
"""Page runs after which a message that was not referred to is forgotten, as the frontend does."""


@dataclass
class Widget:
    """A widget of the page as the server sent it last, and the fragment that it belongs to, if any."""

    kind: str
    proto: Any
    fragment: str


class WebsocketSession:
    """One session, open as an asynchronous context manager.

    `login` is a person's cookie; None on a server without login. `on_component` is called with the key and the
    data of each of the app's own components that is shown or updated.
    `bytes_received` counts what the server has sent, `polls` how often a fragment was run again, `lost_ends`
    how often the server did not say that a page run had ended; `query` is the address of the page behind its question
    mark, `sidebar` asks for the state of the sidebar, and `lost` is set while there is no connection.
    """

    def __init__(
        self,
        address: str,
        on_component: Callable[[str, dict[str, Any]], None] | None = None,
        login: str | None = None,
    ) -> None:
        self._address, self._login, self._on_component = address, login, on_component
        self.bytes_received, self.polls, self.lost_ends, self.query = 0, 0, 0, ""
        self.lost = asyncio.Event()
        self.errors: list[str] = []
        """Errors that pages have shown."""
        self._finished: asyncio.Future[None] | None = None
        self._awaited_fragment = ""
        self._polls: dict[str, tuple[float, asyncio.Task[None]]] = {}
        self.sidebar = StateWatcher(address, self._run)
        self._page, self._page_hash, self._session_id = "", "", ""
        self._widgets: dict[str, Widget] = {}
        self._states: dict[str, WidgetState] = {}
        self._shown: set[str] = set()
        self._messages: dict[str, tuple[ForwardMsg, int]] = {}
        self._runs, self._page_runs = 0, False

    async def __aenter__(self) -> Self:
        await self._connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop_polls()
        self.sidebar.stop()
        self._reader.cancel()
        await self._socket.close()

    async def open(self, page: str, query: str = "") -> None:
        """Run a page, such as `train`, to its end."""
        self._page, self._page_hash, self.query = page, "", query
        self._widgets.clear()
        self._states.clear()
        self._stop_polls()
        await self._run_to_end()

    async def change(self, name: str, value: Any) -> None:
        """Set a widget, by its key or its label, to what the server expects of one of its kind; a list if several."""
        widget = self.widget(name)
        self._states[widget.proto.id] = widget_states.state_of(widget.kind, widget.proto, value)
        await self._run_to_end(widget.fragment)

    async def press(self, name: str) -> None:
        """Press a button, by its key or its label."""
        widget = self.widget(name)
        self._states[widget.proto.id] = widget_states.state_of(widget.kind, widget.proto, True)
        try:
            await self._run_to_end(widget.fragment)
        finally:
            self._states.pop(widget.proto.id, None)

    async def reconnect(self) -> None:
        """Connect again as the frontend does, to a server that may know nothing of the session, and run the page."""
        self._stop_polls()
        await self._connect()
        await self._run_to_end()

    def widget(self, name: str) -> Widget:
        """The widget with that key, label or description which the page shows; `LookupError` where it shows none."""
        for widget in self._widgets.values():
            key = widget.proto.id.split("-", 2)[-1]
            if name in (key, getattr(widget.proto, "label", None), getattr(widget.proto, "alt", None)):
                return widget
        raise LookupError(name)

    def shows(self, name: str) -> bool:
        """Whether the page shows a widget with that key, label or description."""
        with suppress(LookupError):
            return bool(self.widget(name))
        return False

    def data(self, key: str) -> dict[str, Any]:
        """What one of the app's own components was last sent."""
        component = self.widget(key).proto
        content: dict[str, Any] = json.loads(component.bytes or component.json or component.mixed.json)
        return content

    async def _connect(self) -> None:
        # As the frontend: a token in the second place, then the session to go on with.
        token, headers = "PLACEHOLDER_AUTH_TOKEN", None
        if self._login is not None:
            token = await asyncio.to_thread(xsrf_token, self._address)
            headers = logged_in.headers(self._address, self._login, token)
        protocols = [Subprotocol(name) for name in ("streamlit", token, self._session_id) if name]
        self._socket: ClientConnection = await connect(
            self._address.replace("http://", "ws://", 1) + "/_stcore/stream",
            subprotocols=protocols,
            additional_headers=headers,
            max_size=None,
            compression=None,
            ping_interval=None,
        )
        self.lost.clear()
        self._reader = asyncio.create_task(self._read())

    async def _run_to_end(self, fragment: str = "") -> None:
        """Run the page, or a fragment of it; returns when the server says that it has ended."""
        self._finished, self._awaited_fragment = asyncio.get_running_loop().create_future(), fragment
        await self._run(fragment)
        await self._finished

    async def _run(self, fragment: str = "", is_poll: bool = False) -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash = self.query, self._page_hash
        if not self._page_hash:
            state.page_name = self._page
        state.widget_states.widgets.extend(self._states.values())
        state.cached_message_hashes.extend(self._messages)
        state.fragment_id, state.is_auto_rerun = fragment, is_poll
        await self._socket.send(message.SerializeToString())

    async def _read(self) -> None:
        with suppress(ConnectionClosed):
            async for content in self._socket:
                assert isinstance(content, bytes)
                self.bytes_received += len(content)
                self._take(self._whole(ForwardMsg.FromString(content)))
        self.lost.set()
        self._stop_polls()
        self.sidebar.stop()
        if self._finished is not None and not self._finished.done():
            self._finished.set_exception(ConnectionError("The connection was lost."))

    def _whole(self, message: ForwardMsg) -> ForwardMsg:
        """The message, or the one that it refers to."""
        if message.WhichOneof("type") == "ref_hash":
            whole, _ = self._messages[message.ref_hash]
            whole.metadata.CopyFrom(message.metadata)
            self._messages[message.ref_hash] = whole, self._runs
            return whole
        if message.metadata.cacheable:
            self._messages[message.hash] = message, self._runs
        return message

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self._session_id = message.new_session.initialize.session_id
                of_page = not message.metadata.run.fragment_ids
                # A page ends before a fragment begins, or its end was lost.
                self.lost_ends += self._page_runs and not of_page
                self._page_runs = of_page
                if of_page:
                    self._page_hash = message.new_session.page_script_hash
                    self._shown.clear()
                    self._stop_polls()
            case "navigation":
                self._page_hash = message.navigation.page_script_hash
            case "page_info_changed":
                self.query = message.page_info_changed.query_string
            case "script_finished":
                self._take_end(message)
            case "auto_rerun":
                self._start_poll(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            case "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    self._stop_poll(fragment)
            case "delta":
                self._take_element(message.delta.new_element, message.delta.fragment_id)

    def _take_end(self, message: ForwardMsg) -> None:
        self._page_runs = False
        of_page = message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        if of_page:
            self._runs += 1
            for forgotten in self._states.keys() - self._shown:
                del self._states[forgotten]
            for forgotten in self._widgets.keys() - self._shown:
                del self._widgets[forgotten]
            for key in [key for key, (_, used) in self._messages.items() if self._runs - used > _CACHED_RUNS]:
                del self._messages[key]
        awaited = of_page or self._awaited_fragment in message.metadata.run.fragment_ids
        if awaited and self._finished is not None and not self._finished.done():
            self._finished.set_result(None)

    def _take_element(self, element: Any, fragment: str) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception" or (kind == "alert" and element.alert.format == element.alert.ERROR):
            self.errors.append(str(getattr(element, kind)))
        widget = widget_states.widget_of(element)
        if widget is None:
            return
        self._shown.add(widget.id)
        self._widgets[widget.id] = Widget(kind, widget, fragment)
        if kind == "bidi_component":
            key = widget.id.split("-", 2)[-1]
            if self._on_component is not None:
                self._on_component(key, self.data(key))
            if key == "state-watcher":
                self.sidebar.watch(fragment, self.data(key))
        elif widget.id not in self._states or getattr(widget, "set_value", False):
            state = widget_states.first_state(kind, widget)
            if state is not None:
                self._states[widget.id] = state

    def _start_poll(self, fragment: str, interval: float) -> None:
        if fragment not in self._polls or self._polls[fragment][0] != interval:
            self._stop_poll(fragment)
            self._polls[fragment] = interval, asyncio.create_task(self._poll(fragment, interval))

    async def _poll(self, fragment: str, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            self.polls += 1
            await self._run(fragment, is_poll=True)

    def _stop_poll(self, fragment: str) -> None:
        if fragment in self._polls:
            self._polls.pop(fragment)[1].cancel()

    def _stop_polls(self) -> None:
        for fragment in list(self._polls):
            self._stop_poll(fragment)
