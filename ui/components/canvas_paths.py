"""Strokes as the drawings of streamlit-drawable-canvas, which are those of Fabric.js, and back.

A stroke is a path `["M", x, y], ["Q", cx, cy, x, y], ..., ["L", x, y]`: its curves are controlled by the very points
that the pen came through, and end half-way between two of them.
"""

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Any, TypeAlias

from mnist_core.drawing import Strokes
from mnist_core.drawing.pen import CANVAS

BLACK, WHITE = "#000000", "#ffffff"
Drawing: TypeAlias = dict[str, Any]
# An object that is not seen, the first of each drawing: its width is the drawing's version.
_MARK = "Rect"
# Browsers need not draw a line of no length, which a tap leaves.
_DOT = 0.02


def drawing(strokes: Strokes, pen: float, version: int) -> Drawing:
    """The strokes in pixels of the canvas, each as wide as the pen, marked with a version that comes back with them."""
    mark = {"type": _MARK, "width": version, "height": 0, "visible": False}
    look = {"fill": None, "stroke": WHITE, "strokeWidth": pen, "strokeLineCap": "round", "strokeLineJoin": "round"}
    return {"objects": [mark, *({"type": "Path", "path": _path(stroke), **look} for stroke in strokes)]}


def version(drawing: Drawing) -> int | None:
    """The version that `drawing` was marked with, where the mark is there."""
    marks = [int(item["width"]) for item in drawing["objects"] if item["type"] == _MARK]
    return marks[0] if marks else None


def strokes(drawing: Drawing) -> Strokes:
    """The strokes in pixels of the canvas, in tenths; what went over its edge ends there."""
    paths = [item["path"] for item in drawing["objects"] if item["type"] == "Path"]
    # The first point of a path comes twice.
    return [[point for point, _ in groupby(_pixels(command) for command in path if len(command) > 2)] for path in paths]


def _path(stroke: Sequence[Sequence[float]]) -> list[list[Any]]:
    (x, y), last = stroke[0], stroke[-1]
    curves = [["Q", *point, (point[0] + after[0]) / 2, (point[1] + after[1]) / 2] for point, after in pairwise(stroke)]
    return [["M", x, y], *curves, ["L", last[0] + _DOT, last[1]]]


def _pixels(command: Sequence[Any]) -> list[float]:
    """The point of the pen in a command: the control of a curve `Q`, the end of any other."""
    point = command[1:3] if command[0] == "Q" else command[-2:]
    return [min(max(round(number, 1), 0), CANVAS) for number in point]
