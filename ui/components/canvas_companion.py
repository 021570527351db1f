"""What the canvas lacks: it is kept over a reload, read as soon as the pen is lifted, and named for screen readers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from mnist_core.drawing import Strokes

_KEY = "canvas-companion"

_component = st.components.v2.component(
    "digit_lab_canvas_companion",
    css=Path(__file__).with_name("canvas_companion.css").read_text(),
    js=Path(__file__).with_name("canvas_companion.js").read_text(),
    isolate_styles=False,
)


def show(strokes: Strokes | None, pen: float, *, on_found: Callable[[Strokes, float], None]) -> None:
    """Stand beside the canvas, whose key is canvas, and keep in the browser's tab what is drawn on it.

    `strokes` is None as long as nothing was drawn in this session: what the tab has kept is then given to `on_found`.
    """
    count = len(strokes or [])
    _component(
        key=_KEY,
        data={
            "drawing": None if strokes is None else {"strokes": strokes, "pen": pen},
            "label": f"Canvas: draw a digit here. {count} stroke{'' if count == 1 else 's'} drawn.",
        },
        on_found_change=lambda: _give(on_found),
    )


def _give(on_found: Callable[[Strokes, float], None]) -> None:
    found: dict[str, Any] = st.session_state[_KEY]["found"]
    on_found(found["strokes"], found["pen"])
