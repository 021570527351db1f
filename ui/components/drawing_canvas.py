"""The canvas, drawn on with mouse, pen or finger: the strokes arrive when the pen is lifted, and outlive a reload."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from mnist_core.drawing import Strokes
from mnist_core.drawing.pen import PEN

THINNEST, THICKEST = 6, 40
"""Widths of the pen in pixels of the canvas."""
_KEY = "canvas"

_component = st.components.v2.component(
    "digit_lab_canvas",
    html=f"""<div class="digit-canvas">
  <canvas role="img" aria-label="Canvas: draw a digit here"></canvas>
  <div>
    <button type="button">Undo</button>
    <button type="button">Clear</button>
    <label>Pen <input type="range" min="{THINNEST}" max="{THICKEST}" aria-label="Pen width"></label>
  </div>
</div>""",
    css=Path(__file__).with_name("drawing_canvas.css").read_text(),
    js=Path(__file__).with_name("drawing_canvas.js").read_text(),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Sketch:
    """What is on the canvas: strokes in its pixels, and the width of the pen."""

    strokes: Strokes
    pen: float


def show() -> Sketch:
    """Show the canvas and return what is drawn on it."""
    return _sketch(_component(key=_KEY, data={"pen": PEN}, on_drawing_change=lambda: None).get("drawing"))


def current_strokes() -> Strokes:
    """What is drawn on the canvas now, which a callback can find changed since the page was run."""
    return _sketch(st.session_state.get(_KEY, {}).get("drawing")).strokes


def _sketch(drawing: dict[str, Any] | None) -> Sketch:
    drawing = drawing or {"strokes": [], "pen": PEN}
    return Sketch(drawing["strokes"], min(max(drawing["pen"], THINNEST), THICKEST))
