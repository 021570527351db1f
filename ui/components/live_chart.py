"""Plotly charts that keep zoom and hidden curves while points arrive.

`st.plotly_chart` makes its chart anew at every change. The live component keeps one node and is sent only what is new,
with Plotly's own JavaScript from the installed package, served from the folder `static` beside the app.
"""

import shutil
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import plotly
import plotly.graph_objects as go
import streamlit as st

from mnist_core import DigitLabError

PLOTLY_LOADER = Path(__file__).with_name("plotly.js").read_text()
"""JavaScript that goes in front of that of a component with a chart; its `load` takes `script_address()`."""

_component = st.components.v2.component(
    "digit_lab_live_chart",
    html="<div></div>",
    js=PLOTLY_LOADER + Path(__file__).with_name("live_chart.js").read_text(),
    isolate_styles=False,
)

Points: TypeAlias = dict[str, list[float]]
"""`{"x": [...], "y": [...]}` of one curve."""
Layout: TypeAlias = dict[str, Any]

_REPEATS = 3
"""Messages that hold a new figure: of several that arrive while it is busy, a browser handles the last only."""


@dataclass
class Feed:
    """What one browser has been sent of one chart."""

    revision: Any  # the zoom is kept while it stays the same
    number: int  # of the last message
    begun: int  # number of the first message that held the present figure
    height: int
    figure: str  # as JSON, without points
    repeats: int = _REPEATS
    sent: list[Points] = field(default_factory=list)  # all points of the present figure, while that is repeated
    layout: Layout | None = None
    last: float = -1
    """The step or epoch at which the curves that were sent end."""
    carry: float = 0.0
    """State of the smoothing after the points that were sent, for those to come."""

    def message(self, new: list[Points], layout: Layout) -> dict[str, Any]:
        """What to send: the new points, and the figure with all points while it is new."""
        self.number += layout != self.layout or any(curve["x"] for curve in new)
        self.layout = layout
        message = {"number": self.number, "begun": self.begun, "revision": str(self.revision), "layout": layout}
        if not self.repeats:
            return message | {"figure": "", "points": new}
        self.repeats -= 1
        if new and self.sent:
            new = [{axis: a[axis] + b[axis] for axis in a} for a, b in zip(self.sent, new, strict=True)]
        self.sent = new or self.sent
        return message | {"figure": self.figure, "points": self.sent}


def show(
    empty: Callable[[], go.Figure], points: Callable[[Feed], list[Points]], layout: Layout, *, key: str, revision: Any
) -> None:
    """Show a figure whose points arrive.

    `empty` makes the figure without points; that takes longer than all the rest, so it is called only where the figure
    has to be sent. `points` returns, for each curve, the points after `Feed.last`, and sets that to the end of them.
    Zoom and hidden curves are kept as long as `key` and `revision` are the same. Everything is sent again where
    `revision` has changed or the browser has missed a message.
    """
    feeds: dict[str, Feed] = st.session_state.setdefault("feeds", {})
    feed = feeds.get(key)
    if feed is None or feed.revision != revision or getattr(st.session_state.get(key), "missed", None) is not None:
        figure, number = empty(), feed.number + 1 if feed else 0
        feed = feeds[key] = Feed(revision, number, number, figure.layout.height, figure.to_json())
    _mount(key, feed.height, feed.message(points(feed), layout))


def show_highlighting(figure: go.Figure, *, key: str) -> None:
    """Show a figure on which the curve under the pointer is highlighted."""
    json = figure.to_json()
    number = zlib.crc32(json.encode())  # depends on the figure only, so that the same figure is not drawn again
    feed = Feed("", number, number, figure.layout.height, json)
    _mount(key, feed.height, feed.message([], {}) | {"highlight": True})


def _mount(key: str, height: int, message: dict[str, Any]) -> None:
    _component(key=key, data=message | {"script": script_address()}, height=height, on_missed_change=lambda: None)


@st.cache_resource(show_spinner=False)
def script_address() -> str:
    """Where Plotly's JavaScript is served from; it is copied there unless this version is there."""
    target = Path(__file__).parents[2] / "static" / f"plotly-{plotly.__version__}.min.js"
    if not target.exists():
        source = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
        try:
            shutil.copyfile(source, target)
        except OSError as error:
            raise DigitLabError(f"{target} cannot be written ({error.strerror}); free some space there.") from None
    return f"app/static/{target.name}"
