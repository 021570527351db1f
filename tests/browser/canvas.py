"""What the errands on the Draw page share: drawing with mouse and finger, and what is on the canvas."""

import json
from itertools import pairwise

from playwright.sync_api import Locator, Page, expect

SEVEN = [(80, 60), (200, 60), (130, 230)]
BAR = [(90, 140), (190, 140)]
ONE = [(140, 50), (140, 230)]
Points = list[tuple[int, int]]

# The sum of all grey levels.
BRIGHTNESS = """(canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
  .reduce((sum, value, index) => (index % 4 ? sum : sum + value), 0)"""


def open_canvas(page: Page, app: str) -> None:
    """Open a blank canvas; K nearest neighbours read what is drawn, whichever networks there are."""
    page.goto(f"{app}/draw?run=none")
    expect(page.get_by_text("The canvas is blank")).to_be_visible()
    expect(drawing_surface(page)).to_be_visible()
    expect(strokes_drawn(page, 0)).to_be_visible()


def shown_answer(page: Page) -> Locator:
    return page.locator(".prediction-answer .answer")


def drawing_surface(page: Page) -> Locator:
    """The canvas that takes the pen."""
    return page.locator(".st-key-canvas canvas.upper-canvas")


def strokes_drawn(page: Page, count: int) -> Locator:
    """The canvas, where it says that so many strokes were drawn."""
    said = f"{count} stroke{'' if count == 1 else 's'} drawn"
    return page.get_by_role("img", name=f"Canvas: draw a digit here. {said}.", exact=True)


def strokes_kept(page: Page) -> list[list[list[float]]]:
    """The strokes that the tab keeps, which are those that the server has answered."""
    strokes: list[list[list[float]]] = json.loads(page.evaluate("sessionStorage['digit-lab-drawing']"))["strokes"]
    return strokes


def brightness(page: Page) -> int:
    """The sum of all grey levels of the canvas."""
    return int(page.locator(".st-key-canvas canvas.dc-canvas.lower-canvas").evaluate(BRIGHTNESS))


def wait_for_brightness(page: Page, least: float, most: float) -> None:
    canvas = page.locator(".st-key-canvas canvas.dc-canvas.lower-canvas").element_handle()
    bright = f"([canvas, least, most]) => {{ const sum = ({BRIGHTNESS})(canvas); return least <= sum && sum <= most; }}"
    # Not in each frame, as a browser looks by itself: that takes a core.
    page.wait_for_function(bright, arg=[canvas, least, most], polling=100)


def on_screen(page: Page, points: Points) -> list[tuple[float, float]]:
    """Pixels of the canvas as places on the screen."""
    box = drawing_surface(page).bounding_box()
    assert box is not None
    return [(box["x"] + x, box["y"] + y) for x, y in points]


def stroke(page: Page, points: Points) -> None:
    """Draw one stroke with the mouse."""
    first, *others = on_screen(page, points)
    page.mouse.move(*first)
    page.mouse.down()
    for place in others:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def touch(page: Page, points: Points, last: str = "touchEnd") -> None:
    """Draw one stroke with a finger; `last` may be touchCancel, by which the system takes the touch away."""
    finger = page.context.new_cdp_session(page)
    places = on_screen(page, points)
    between = [
        (start[0] + (end[0] - start[0]) * step / 8, start[1] + (end[1] - start[1]) * step / 8)
        for start, end in pairwise(places)
        for step in range(1, 9)
    ]
    for kind, place in (("touchStart", places[0]), *(("touchMove", place) for place in between)):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": place[0], "y": place[1]}]})
    finger.send("Input.dispatchTouchEvent", {"type": last, "touchPoints": []})


def in_one_moment(page: Page, *acts: str | Points) -> None:
    """Press buttons and draw strokes before the server can answer any of them."""
    drawing_surface(page).evaluate(
        """(square, acts) => {
          const { left, top } = square.getBoundingClientRect();
          const move = (type, [x, y]) => square.dispatchEvent(
            new MouseEvent(type, { clientX: left + x, clientY: top + y, bubbles: true, composed: true }));
          for (const act of acts) {
            if (typeof act === "string") {
              document.querySelector(act).click();
              continue;
            }
            move("mousedown", act[0]);
            for (const point of act.slice(1)) move("mousemove", point);
            move("mouseup", act.at(-1));
          }
        }""",
        acts,
    )
