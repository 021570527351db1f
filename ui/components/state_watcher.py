"""The browser asks by itself whether what it shows still holds, which costs a server far less than to show it anew.

What costs is the run of a fragment, some 4 ms of CPU whatever it shows; a request takes one.
"""

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

_PATH, _HEADER = "state", "Digit-Lab-Session"
_KEY, _SESSION = "state-watcher", "watched-by"
_FORGOTTEN_SECONDS = 3_600.0
"""After the last request of a session; where it asks once more, its fragment runs, which makes it known again."""

State: TypeAlias = tuple[str, dict[str, str]]
"""A version, and what changes without another version: the text behind the link in each container, by its key."""

_component = st.components.v2.component(
    "digit_lab_state_watcher",
    css=f".st-key-{_KEY} {{ position: absolute; }}",
    js=Path(__file__).with_suffix(".js").read_text(),
    isolate_styles=False,
)
_watched: dict[str, tuple[Callable[[], State], float]] = {}
"""By the secret of a session: how to read its state outside of a page run, and when it was last read."""


def watch(read: Callable[[], State], state: State, seconds: float) -> None:
    """Read the state every so many seconds, and run the fragment around again when its version is not that of `state`.

    `read` is called by any thread; it must not raise, and reads for the person of this session.
    """
    now = time.monotonic()
    for forgotten in [key for key, (_, asked) in list(_watched.items()) if now - asked > _FORGOTTEN_SECONDS]:
        _watched.pop(forgotten, None)
    session: str = st.session_state.setdefault(_SESSION, secrets.token_urlsafe())
    _watched[session] = read, now
    version, texts = state
    _component(
        key=_KEY,
        data={
            "address": _PATH,
            "headers": {_HEADER: session},
            "seconds": seconds,
            "version": version,
            "texts": texts,
        },
        on_changed_change=lambda: None,
    )


def route(base_path: str) -> Route:
    """Where the browsers ask, on a server with that path before all of its addresses."""
    return Route(f"/{base_path}/{_PATH}" if base_path else f"/{_PATH}", _answer)


def _answer(request: Request) -> JSONResponse:
    session = request.headers.get(_HEADER, "")
    read, _ = _watched.get(session, (None, 0.0))
    if read is None:
        return JSONResponse(None)
    _watched[session] = read, time.monotonic()
    version, texts = read()
    return JSONResponse({"version": version, "texts": texts})
