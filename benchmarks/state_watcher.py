"""What `ui/components/state_watcher.js` does, for a session without a browser."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.request import Request, urlopen


class StateWatcher:
    """Asks the app at an address for the state of what a session shows; `requests` counts how often.

    `show_anew` is called with a fragment where its version is another one.
    """

    def __init__(self, address: str, show_anew: Callable[[str], Awaitable[None]]) -> None:
        self.requests = 0
        self._address, self._show_anew = address, show_anew
        self._task: asyncio.Task[None] | None = None

    def watch(self, fragment: str, watched: dict[str, Any]) -> None:
        """Ask for what the component in that fragment was sent last, in place of what was asked for before."""
        self.stop()
        self._task = asyncio.create_task(self._watch(fragment, watched))

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _watch(self, fragment: str, watched: dict[str, Any]) -> None:
        request = Request(f"{self._address}/{watched['address']}", headers=watched["headers"])
        seconds, texts = watched["seconds"], watched["texts"]
        while True:
            await asyncio.sleep(seconds)
            self.requests += 1
            try:
                state = json.loads(await asyncio.to_thread(_body, request))
            except OSError:  # the server is gone, or does not answer
                continue
            if state is None or state["version"] != watched["version"]:
                await self._show_anew(fragment)
                continue
            seconds = min(2 * seconds, watched["longest"]) if state["texts"] == texts else watched["seconds"]
            texts = state["texts"]


def _body(request: Request) -> bytes:
    with urlopen(request, timeout=10) as answer:
        body: bytes = answer.read()
    return body
