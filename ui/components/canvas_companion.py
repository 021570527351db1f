"""What the canvas lacks: it is kept over a reload, read as soon as the pen is lifted, and named for screen readers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import streamlit as st

from mnist_core.drawing import Strokes

_KEY, _SESSION = "canvas-companion", "canvas-session"

_component = st.components.v2.component(
    "digit_lab_canvas_companion",
    css=Path(__file__).with_name("canvas_companion.css").read_text(),
    js=Path(__file__).with_name("canvas_companion.js").read_text(),
    isolate_styles=False,
)


def show(
    strokes: Strokes | None,
    pen: float,
    *,
    undos: int,
    on_restored: Callable[[Strokes, float], None],
    on_undone: Callable[[int], None],
) -> None:
    """Stand beside the canvas, whose key is canvas, and keep in the browser's tab what is drawn on it.

    `strokes` is None as long as nothing was drawn in this session. What the tab has kept of an earlier session is given
    to `on_restored`, once. `undos` is how often Undo was pressed in this session, and `on_undone` is given it when it
    has grown.
    """
    count = len(strokes or [])
    _component(
        key=_KEY,
        data={
            "drawing": None if strokes is None else {"strokes": strokes, "pen": pen},
            "session": _session(),
            "undos": undos,
            "label": f"Canvas: draw a digit here. {count} stroke{'' if count == 1 else 's'} drawn.",
        },
        on_restored_change=lambda: _give_restored(on_restored),
        on_undone_change=lambda: _give_undone(on_undone),
    )


def _session() -> str:
    session: str = st.session_state.setdefault(_SESSION, uuid4().hex)
    return session


def _give_restored(on_restored: Callable[[Strokes, float], None]) -> None:
    kept: dict[str, Any] = st.session_state[_KEY]["restored"]
    on_restored(kept["strokes"], kept["pen"])


def _give_undone(on_undone: Callable[[int], None]) -> None:
    undone: dict[str, Any] = st.session_state[_KEY]["undone"]
    if undone["session"] == _session():  # a browser that finds its server restarted tells of all that it once said
        on_undone(undone["undos"])
