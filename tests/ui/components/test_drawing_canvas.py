"""What the browser's tab has kept comes back, and nothing that was drawn in the meantime is lost."""

from collections.abc import Callable

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_core.drawing import Strokes
from ui.components import canvas_companion, canvas_paths, drawing_canvas
from ui.components.canvas_companion import Press

KEPT = [[[60.0, 60.0], [180.0, 60.0]], [[180.0, 60.0], [110.0, 240.0]]]
NEW = [[90.0, 140.0], [190.0, 140.0]]


@pytest.fixture
def canvas(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A canvas in a new session, whose companion is a button for what the browser's tab has kept and one for presses.

    The tab has kept `KEPT`, of a pen of 99 pixels; what is pressed and how often it was before is in the session.
    """

    def companion(
        strokes: Strokes | None,
        pen: float,
        *,
        version: int,
        carried_out: int,
        on_restored: Callable[[Strokes, float], None],
        on_pressed: Callable[[int, list[Press]], None],
    ) -> None:
        st.button("Restore", on_click=on_restored, args=(KEPT, 99))
        st.button("Press", on_click=lambda: on_pressed(*st.session_state["pressed"]))
        st.session_state["carried-out"] = carried_out

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


def click(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def press(app: AppTest, first: int, presses: list[Press]) -> None:
    app.session_state["pressed"] = first, presses
    click(app, "Press")


def test_a_kept_drawing_is_put_on_a_blank_canvas_with_its_pen(canvas: AppTest) -> None:
    click(canvas, "Restore")

    assert canvas.session_state["seen"] == (KEPT, drawing_canvas.THICKEST)


def test_a_kept_drawing_is_put_before_a_stroke_that_arrived_first(canvas: AppTest) -> None:
    draw(canvas, [NEW], canvas.session_state["canvas-version"])

    click(canvas, "Restore")

    assert canvas.session_state["seen"][0] == [*KEPT, NEW]
    assert canvas_paths.strokes(canvas.session_state["canvas-loaded"]) == [*KEPT, NEW]


def test_strokes_that_are_still_on_the_canvas_do_not_come_twice(canvas: AppTest) -> None:
    draw(canvas, [*KEPT, NEW], canvas.session_state["canvas-version"])

    click(canvas, "Restore")

    assert canvas.session_state["seen"][0] == [*KEPT, NEW]


def test_presses_that_come_together_are_carried_out_each_and_once(canvas: AppTest) -> None:
    strokes = [*KEPT, NEW, KEPT[0]]
    draw(canvas, strokes, canvas.session_state["canvas-version"])

    press(canvas, 0, ["undo", "undo"])
    assert canvas.session_state["seen"][0] == strokes[:2]
    press(canvas, 0, ["undo", "undo", "undo"])
    assert canvas.session_state["seen"][0] == strokes[:1]
    press(canvas, 2, ["undo", "clear", "undo"])
    assert canvas.session_state["seen"][0] == []
    assert canvas.session_state["carried-out"] == 5


def test_undo_takes_back_the_stroke_that_arrives_with_it(canvas: AppTest) -> None:
    draw(canvas, KEPT, canvas.session_state["canvas-version"])
    canvas.run()
    draw(canvas, [*KEPT, NEW], canvas.session_state["canvas-version"])

    press(canvas, 0, ["undo"])

    assert canvas.session_state["seen"][0] == KEPT
    assert canvas_paths.strokes(canvas.session_state["canvas-loaded"]) == KEPT
