"""The browser asks by itself whether what it shows still holds, which costs the server far less than to show it anew.

What costs is the run of a fragment: 4 ms of CPU for one that shows nothing, more for the sidebar. To answer takes 1 to
2 ms (`benchmarks/watching.py`).
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

_PATH, _HEADER = "state", "Digit-Lab-Secret"
_KEY, _SECRET = "state-watcher", "state-secret"
_FORGOTTEN_SECONDS = 3_600.0
"""After the last request of a session; where it asks once more, its fragment runs, which makes it known again."""

State: TypeAlias = tuple[str, dict[str, str]]
"""A version, and what changes without another version: the text behind the link in each container, by its key."""


@dataclass
class _Session:
    read: Callable[[], State]
    asked_at: float


_component = st.components.v2.component(
    "digit_lab_state_watcher",
    css=f".st-key-{_KEY} {{ position: absolute; }}",
    js=Path(__file__).with_suffix(".js").read_text(),
    isolate_styles=False,
)
_sessions: dict[str, _Session] = {}
"""By their secrets."""
# Threads of their own: those of the server send its files, and would all wait for a database that is away.
_readers = ThreadPoolExecutor(2, thread_name_prefix="state")


def watch(read: Callable[[], State], state: State, seconds: float, longest: float) -> None:
    """Have the browser ask every so many seconds, and the fragment around run again once the version is another.

    As long as nothing changes it asks more and more seldom, at last every `longest` seconds. `state` is what the
    fragment shows. `read` is called by any thread, for the person of this session.
    """
    now = time.monotonic()
    for forgotten in [key for key, session in list(_sessions.items()) if now - session.asked_at > _FORGOTTEN_SECONDS]:
        _sessions.pop(forgotten, None)
    secret: str = st.session_state.setdefault(_SECRET, secrets.token_urlsafe())
    _sessions[secret] = _Session(read, now)
    version, texts = state
    _component(
        key=_KEY,
        data={
            "address": _PATH,
            "headers": {_HEADER: secret},
            "seconds": seconds,
            "longest": longest,
            "version": version,
            "texts": texts,
        },
        on_changed_change=lambda: None,
    )


def route(base_path: str) -> Route:
    """Where the browsers ask, on a server with that path before all of its addresses."""
    return Route("/".join(["", *filter(None, base_path.split("/")), _PATH]), _answer)


async def _answer(request: Request) -> JSONResponse:
    session = _sessions.get(request.headers.get(_HEADER, ""))
    if session is None:
        return JSONResponse(None)
    session.asked_at = time.monotonic()
    version, texts = await asyncio.get_running_loop().run_in_executor(_readers, session.read)
    return JSONResponse({"version": version, "texts": texts})
