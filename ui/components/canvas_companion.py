"""What the canvas lacks: it is kept over a reload, read as soon as the pen is lifted, and named for screen readers.

Presses of Undo and Clear come by it, too, and strokes that are begun before these are carried out are not lost.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeAlias
from uuid import uuid4

import streamlit as st

from mnist_core.drawing import Strokes

Press: TypeAlias = Literal["undo", "clear"]
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
    version: int,
    carried_out: int,
    on_restored: Callable[[Strokes, float], None],
    on_pressed: Callable[[int, list[Press]], None],
) -> None:
    """Stand beside the canvas, whose key is canvas, and keep in the browser's tab what is drawn on it.

    `strokes` is None as long as nothing was drawn in this session. What the tab has kept of an earlier session is given
    to `on_restored`, once. Each `version` is drawn anew.

    `on_pressed` is given presses of Undo and Clear, and how many there were in the session before them; some of them
    may have been given to it already. `carried_out` are how many were. They are no callbacks of buttons, since
    Streamlit merges presses of one that arrive while the server is busy.
    """
    count = len(strokes or [])
    _component(
        key=_KEY,
        data={
            "drawing": None if strokes is None else {"strokes": strokes, "pen": pen},
            "pen": pen,
            "session": _session(),
            "version": version,
            "carried_out": carried_out,
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


def _give_pressed(on_pressed: Callable[[int, list[Press]], None]) -> None:
    pressed: dict[str, Any] = st.session_state[_KEY]["pressed"]
    if pressed["session"] == _session():  # a browser that finds its server restarted says again what it said before
        on_pressed(pressed["first"], pressed["presses"])
