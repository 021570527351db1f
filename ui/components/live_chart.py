"""Plotly charts that keep zoom and hidden curves while points arrive.

`st.plotly_chart` makes its chart anew at every change. The live component keeps one node and is sent only what is new,
with Plotly's own JavaScript from the installed package, served from the folder `static` beside the app.
"""

import json
import shutil
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
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
    html='<div class="live-charts"></div>',
    css=Path(__file__).with_name("live_chart.css").read_text(),
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
    figure: str  # as JSON, without points that arrive
    version: Any = None  # a new figure is sent as soon as it changes
    repeats: int = _REPEATS
    sent: list[Points] = field(default_factory=list)  # all points of the present figure, while that is repeated
    layout: Layout | None = None
    last: float = -1
    """The step or epoch at which the curves that were sent end."""
    missed: bool = False
    """Whether the browser has missed a message, or has a new node."""
    carry: Any = 0.0
    """What has to be known of the points that were sent for those to come, such as the state of the smoothing."""

    def message(self, new: list[Points], layout: Layout) -> dict[str, Any]:
        """What to send: the new points, and the figure with all points while it is new."""
        self.number += layout != self.layout or any(curve["x"] for curve in new)
        self.layout = layout
        message = {"number": self.number, "begun": self.begun, "revision": str(self.revision), "height": self.height}
        message |= {"layout": layout}
        if not self.repeats:
            return message | {"figure": "", "points": new}
        self.repeats -= 1
        if new and self.sent:
            new = [{axis: a[axis] + b[axis] for axis in a} for a, b in zip(self.sent, new, strict=True)]
        self.sent = new or self.sent
        return message | {"figure": self.figure, "points": self.sent}


@dataclass(frozen=True)
class Chart:
    """A figure whose points arrive.

    `empty` makes the figure without these points; that takes longer than all the rest, so it is called only where the
    figure has to be sent: where `revision` or `version` has changed. `points` returns, for each curve, the points after
    `Feed.last`, and sets that to the end of them. Zoom and hidden curves are kept as long as `revision` is the same. A
    chart that is not `wide` shares its line with its neighbours where there is room. `alt` says what it shows to those
    who do not see it; where it is empty, its axes do.
    """

    name: str
    empty: Callable[[], go.Figure]
    points: Callable[[Feed], list[Points]]
    layout: Layout
    revision: Any
    wide: bool = False
    version: Any = None
    alt: str = ""

    def message(self, feeds: dict[str, Feed]) -> dict[str, Any]:
        """What to send; everything, where the figure has changed or the browser has missed a message."""
        feed = feeds.get(self.name)
        if feed is None or (feed.revision, feed.version) != (self.revision, self.version) or feed.missed:
            figure, number = self.empty(), feed.number + 1 if feed else 0
            content, height = figure.to_json(), figure.layout.height
            feed = feeds[self.name] = Feed(self.revision, number, number, height, content, self.version)
        message = feed.message(self.points(feed), self.layout)
        return message | {"name": self.name, "wide": self.wide, "alt": self.alt}


def show(charts: Sequence[Chart], *, key: str) -> int | None:
    """Show charts whose points arrive: one component, since each costs several times as much as other elements.

    Returns the id of the run whose point was pressed just now: the first of the point's `customdata`, or of `meta` of
    its trace; None where none was.
    """
    feeds: dict[str, Feed] = st.session_state.setdefault("feeds", {}).setdefault(key, {})
    _mount(key, [chart.message(feeds) for chart in charts])
    pressed: int | None = st.session_state.pop(f"pressed-{key}", None)
    return pressed


def show_highlighting(figure: go.Figure, *, key: str) -> None:
    """Show a figure on which the curve under the pointer is highlighted."""
    content = figure.to_json()
    number = zlib.crc32(content.encode())  # depends on the figure only, so that the same figure is not drawn again
    feed = Feed("", number, number, figure.layout.height, content)
    _mount(key, [feed.message([], {}) | {"name": "", "wide": True, "highlight": True}])


def _mount(key: str, charts: list[dict[str, Any]]) -> None:
    _component(
        key=key,
        # As bytes: anything else Streamlit searches for tables and writes as JSON twice, for every viewer each second.
        data=json.dumps({"charts": charts, "script": script_address()}).encode(),
        on_missed_change=partial(_note_missed, key),
        on_pressed_change=partial(_note_pressed, key),
    )


def _note_missed(key: str) -> None:
    # A callback, since to read a component's state takes longer than to show the component.
    for feed in st.session_state.get("feeds", {}).get(key, {}).values():
        feed.missed = True


def _note_pressed(key: str) -> None:
    st.session_state[f"pressed-{key}"] = st.session_state[key].pressed


@cache
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
