"""A drawing as it comes from the browser."""

from streamlit.testing.v1 import AppTest

from mnist_core.drawing import Strokes
from ui.components import canvas_paths


def put_on_canvas(app: AppTest, strokes: Strokes, pen: int = 27) -> None:
    """What the next run finds on the canvas of the Draw page."""
    drawing = canvas_paths.drawing(strokes, pen, app.session_state["canvas-version"])
    app.session_state["canvas"] = {"drawing": {"raw": drawing, "data": None}}
    app.session_state["canvas-strokes"], app.session_state["pen-width"] = strokes, pen


def draw(app: AppTest, strokes: Strokes, pen: int = 27) -> AppTest:
    put_on_canvas(app, strokes, pen)
    app.run()
    assert not app.exception
    return app
