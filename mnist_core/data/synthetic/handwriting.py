"""Handwriting: a glyph drawn a little differently each time, and rendered like a drawing."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.normalisation import normalise
from mnist_core.drawing.pen import FILL, PEN, draw
from mnist_core.drawing.thinning import thin_strokes

_STEPS = 8  # straight segments between two points of a curve
_SMALL = 0.2  # share of the drawings that are a third of the usual size


class Sketch(NamedTuple):
    """Strokes of (n, 2) points, the width of the pen that draws them, and whether they are drawn a third as large."""

    strokes: list[NDArray[np.float64]]
    pen: float
    small: bool


def parse_glyph(glyph: str) -> list[NDArray[np.float64]]:
    """The strokes of a glyph, each (n, 2) float64 points from 0 to 9; a corner is a point that is given twice."""
    strokes = [[point for point in text.split() for _ in range(1 + point.endswith("!"))] for text in glyph.split("/")]
    return [np.array([[int(point[0]), int(point[1])] for point in points], np.float64) for points in strokes]


def handwrite(strokes: Sequence[NDArray[np.float64]], rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Vary strokes as handwriting does: points moved, joined to smooth curves, slanted, rotated and stretched.

    Takes and returns strokes of (n, 2) points; those returned have more points.
    """
    # Moves the middle of the glyph up or down and to the left or right.
    exponents = np.exp(rng.normal(0, (0.1, 0.15)))
    moved = [9 * (points / 9).clip(0) ** exponents + _jitter(points, rng) for points in strokes]
    slant, turn = rng.normal(0.1, 0.2), rng.normal(0, 0.06)
    width = np.exp(rng.normal(-0.25, 0.25))
    bend = rng.normal(0, 0.012, 2)
    cosine, sine = np.cos(turn), np.sin(turn)
    transform = np.array([[cosine, -sine], [sine, cosine]]) @ np.array([[1, -slant], [0, 1]]) @ np.diag([width, 1])
    curves = [(_interpolate(points) - 4.5) @ transform.T for points in moved]
    return [curve + bend * curve[:, ::-1] ** 2 for curve in curves]


def sketch(strokes: Sequence[NDArray[np.float64]], rng: np.random.Generator) -> Sketch:
    """Choose a pen of random width for strokes; some are to be drawn small, so that their strokes are thinned."""
    if rng.random() < _SMALL:
        return Sketch(list(strokes), rng.uniform(0.5, 1.3) * PEN, small=True)
    return Sketch(list(strokes), PEN * float(np.exp(rng.normal(0, 0.3))), small=False)


def render(sketch: Sketch) -> NDArray[np.uint8]:
    """Draw a sketch and normalise it like any drawing: (28, 28) uint8."""
    lines = [stroke.tolist() for stroke in sketch.strokes]
    ink = thin_strokes(draw(lines, sketch.pen, FILL / 3)) if sketch.small else draw(lines, sketch.pen)
    normalised = normalise(ink)
    assert normalised is not None
    return normalised


def _jitter(points: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Random offsets of the points; a corner stays one, since equal neighbours get the same."""
    new = np.r_[True, (points[1:] != points[:-1]).any(axis=1)].cumsum() - 1
    return np.asarray(rng.normal(0, 0.45, (new[-1] + 1, 2))[new])


def _interpolate(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smooth curve through the points (Catmull and Rom, A class of local interpolating splines, 1974)."""
    before, after = np.vstack([points[:1], points[:-2]]), np.vstack([points[2:], points[-1:]])
    start, end = points[:-1], points[1:]
    t = np.linspace(0, 1, _STEPS, endpoint=False)[:, None, None]
    slope, slope_end = (end - before) / 2, (after - start) / 2
    curve = (2 * t**3 - 3 * t**2 + 1) * start + (t**3 - 2 * t**2 + t) * slope
    curve += (3 * t**2 - 2 * t**3) * end
    curve += (t**3 - t**2) * slope_end
    return np.vstack([curve.transpose(1, 0, 2).reshape(-1, 2), points[-1:]])
