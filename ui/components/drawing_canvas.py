"""The canvas, drawn on with mouse, pen or finger: the drawing is read when the pen is lifted, and outlives a reload."""

from dataclasses import dataclass

import streamlit as st

from mnist_core.drawing import Strokes
from mnist_core.drawing.pen import CANVAS, PEN
from ui.components import canvas_companion, canvas_paths

THINNEST, THICKEST = 6, 40
"""Widths of the pen in pixels of the canvas."""
# In the session's state: the package's own state, and what is true of the canvas whatever the browser shows.
_KEY, _STROKES, _PEN = "canvas", "canvas-strokes", "pen-width"
# What the browser was last told to draw. It is told anew only where strokes are not just added.
_LOADED, _VERSION, _SHOWN = "canvas-loaded", "canvas-version", "canvas-shown-version"
# How many presses of Undo and Clear were carried out.
_CARRIED_OUT = "canvas-carried-out"


@dataclass(frozen=True)
class Sketch:
    """What is on the canvas: strokes in its pixels, and the width of the pen."""

    strokes: Strokes
    pen: float


def sketch() -> Sketch:
    """What is drawn on the canvas, or was when it was last shown in this session."""
    return Sketch(_strokes(), _pen())


def only_grew() -> bool:
    """Whether the browser shows all that is on the canvas, so that it need not draw anything anew."""
    return _SHOWN in st.session_state and st.session_state[_SHOWN] == st.session_state[_VERSION]


def show() -> None:
    """Show the canvas with its controls."""
    # Raises outside a running app.
    from streamlit_drawable_canvas import st_canvas

    if _KEY not in st.session_state:
        _load()  # the browser begins a new canvas
    st_canvas(
        key=_KEY,
        width=CANVAS,
        height=CANVAS,
        background_color=canvas_paths.BLACK,
        stroke_color=canvas_paths.WHITE,
        stroke_width=_pen(),
        initial_drawing=st.session_state[_LOADED],
        on_change=_receive,
    )
    st.session_state[_SHOWN] = st.session_state[_VERSION]
    canvas_companion.show(
        st.session_state.get(_STROKES),
        _pen(),
        version=st.session_state[_VERSION],
        carried_out=st.session_state.get(_CARRIED_OUT, 0),
        on_restored=_restore,
        on_pressed=_take_back,
    )
    with st.container(key="canvas-controls", horizontal=True, vertical_alignment="center", width=CANVAS):
        blank = not _strokes()
        # The companion reports their presses.
        st.button("Undo", key="canvas-undo", disabled=blank)
        st.button("Clear", key="canvas-clear", disabled=blank)
        st.slider(
            "Pen width",
            THINNEST,
            THICKEST,
            _pen(),
            key=_PEN,
            on_change=_redraw,
            persist_state="session",
            format="Pen %d",
            label_visibility="collapsed",
        )


def current_strokes() -> Strokes:
    """What is drawn on the canvas now: for callbacks, since a stroke can have arrived together with their press."""
    _receive()
    return _strokes()


def _strokes() -> Strokes:
    strokes: Strokes = st.session_state.get(_STROKES, [])
    return strokes


def _pen() -> int:
    pen: int = st.session_state.get(_PEN, PEN)
    return pen


def _receive() -> None:
    """Take over what was drawn, unless the canvas has been loaded anew since."""
    drawing = st.session_state[_KEY]["drawing"]["raw"]
    if canvas_paths.version(drawing) in (None, st.session_state[_VERSION]):
        st.session_state[_STROKES] = canvas_paths.strokes(drawing)


def _load() -> None:
    """Have the browser draw the strokes anew, each with the pen's width."""
    st.session_state[_VERSION] = st.session_state.get(_VERSION, 0) + 1
    st.session_state[_LOADED] = canvas_paths.drawing(_strokes(), _pen(), st.session_state[_VERSION])


def _redraw() -> None:
    st.session_state[_STROKES] = current_strokes()
    _load()


def _take_back(first: int, presses: list[canvas_companion.Press]) -> None:
    """Carry out the presses, before which there were `first` others, but for those that were carried out already."""
    strokes = current_strokes()
    for press in presses[st.session_state.get(_CARRIED_OUT, 0) - first :]:
        strokes = [] if press == "clear" else strokes[:-1]
    st.session_state[_STROKES], st.session_state[_CARRIED_OUT] = strokes, first + len(presses)
    _load()


def _restore(strokes: Strokes, pen: float) -> None:
    """Put back what the browser's tab has kept, before what was drawn in the meantime."""
    since = current_strokes()
    # A browser that finds its server again, restarted, sends what is on its canvas, too.
    st.session_state[_STROKES] = [stroke for stroke in strokes if stroke not in since] + since
    st.session_state[_PEN] = int(min(max(pen, THINNEST), THICKEST))
    _load()
