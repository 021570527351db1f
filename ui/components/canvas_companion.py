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
    presses: int,
    settled: bool,
    on_restored: Callable[[Strokes, float], None],
    on_pressed: Callable[[list[str]], None],
) -> None:
    """Stand beside the canvas, whose key is canvas, and keep in the browser's tab what is drawn on it.

    `strokes` is None as long as nothing was drawn in this session. What the tab has kept of an earlier session is given
    to `on_restored`, once. When Undo or Clear is pressed, `on_pressed` is given all such presses of the session, "undo"
    and "clear", since Streamlit makes one of those that arrive while the server is busy. `presses` are how many of them
    were carried out, and `settled` says whether the canvas has drawn what they left: a stroke that is begun before
    waits for that, or it would be lost in part.
    """
    count = len(strokes or [])
    _component(
        key=_KEY,
        data={
            "drawing": None if strokes is None else {"strokes": strokes, "pen": pen},
            "session": _session(),
            "presses": presses,
            "settled": settled,
            "label": f"Canvas: draw a digit here. {count} stroke{'' if count == 1 else 's'} drawn.",
        },
        on_restored_change=lambda: _give_restored(on_restored),
        on_pressed_change=lambda: _give_pressed(on_pressed),
    )


def _session() -> str:
    session: str = st.session_state.setdefault(_SESSION, uuid4().hex)
    return session


def _give_restored(on_restored: Callable[[Strokes, float], None]) -> None:
    kept: dict[str, Any] = st.session_state[_KEY]["restored"]
    on_restored(kept["strokes"], kept["pen"])


def _give_pressed(on_pressed: Callable[[list[str]], None]) -> None:
    pressed: dict[str, Any] = st.session_state[_KEY]["pressed"]
    if pressed["session"] == _session():  # a browser that finds its server restarted says again what it said before
        on_pressed(pressed["presses"])
