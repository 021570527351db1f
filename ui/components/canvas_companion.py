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


def show(strokes: Strokes | None, pen: float, *, on_restored: Callable[[Strokes, float], None]) -> None:
    """Stand beside the canvas, whose key is canvas, and keep in the browser's tab what is drawn on it.

    `strokes` is None as long as nothing was drawn in this session. What the tab has kept of an earlier session is given
    to `on_restored`, once.
    """
    count = len(strokes or [])
    _component(
        key=_KEY,
        data={
            "drawing": None if strokes is None else {"strokes": strokes, "pen": pen},
            "session": st.session_state.setdefault(_SESSION, uuid4().hex),
            "label": f"Canvas: draw a digit here. {count} stroke{'' if count == 1 else 's'} drawn.",
        },
        on_restored_change=lambda: _give(on_restored),
    )


def _give(on_restored: Callable[[Strokes, float], None]) -> None:
    kept: dict[str, Any] = st.session_state[_KEY]["restored"]
    on_restored(kept["strokes"], kept["pen"])
