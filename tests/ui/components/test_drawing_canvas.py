"""What the browser's tab has kept comes back, and nothing that was drawn in the meantime is lost."""

from collections.abc import Callable

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_core.drawing import Strokes
from ui.components import canvas_companion, canvas_paths, drawing_canvas

KEPT = [[[60.0, 60.0], [180.0, 60.0]], [[180.0, 60.0], [110.0, 240.0]]]
NEW = [[90.0, 140.0], [190.0, 140.0]]


@pytest.fixture
def canvas(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A canvas in a new session, and a button that gives it what the browser's tab has kept, of a pen of 99 pixels."""

    def companion(
        strokes: Strokes | None, pen: float, *, on_restored: Callable[[Strokes, float], None], **_: object
    ) -> None:
        st.button("Restore", on_click=on_restored, args=(KEPT, 99))

    def page() -> None:
        import streamlit as st

        from ui.components import drawing_canvas

        drawing_canvas.show()
        sketch = drawing_canvas.sketch()
        st.session_state["seen"] = sketch.strokes, sketch.pen

    monkeypatch.setattr(canvas_companion, "show", companion)
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    return app


def draw(app: AppTest, strokes: Strokes, version: int) -> None:
    """What the next run finds on the canvas, before its callbacks."""
    app.session_state["canvas"] = {"drawing": {"raw": canvas_paths.drawing(strokes, 27, version), "data": None}}


def test_a_kept_drawing_is_put_on_a_blank_canvas_with_its_pen(canvas: AppTest) -> None:
    next(button for button in canvas.button if button.label == "Restore").click().run()

    assert canvas.session_state["seen"] == (KEPT, drawing_canvas.THICKEST)


def test_a_kept_drawing_is_put_before_a_stroke_that_arrived_first(canvas: AppTest) -> None:
    draw(canvas, [NEW], canvas.session_state["canvas-version"])

    next(button for button in canvas.button if button.label == "Restore").click().run()

    assert canvas.session_state["seen"][0] == [*KEPT, NEW]
    assert canvas_paths.strokes(canvas.session_state["canvas-loaded"]) == [*KEPT, NEW]


def test_strokes_that_are_still_on_the_canvas_do_not_come_twice(canvas: AppTest) -> None:
    draw(canvas, [*KEPT, NEW], canvas.session_state["canvas-version"])

    next(button for button in canvas.button if button.label == "Restore").click().run()

    assert canvas.session_state["seen"][0] == [*KEPT, NEW]
