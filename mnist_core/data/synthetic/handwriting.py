"""A hand that draws a form a little differently each time."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.normalisation import normalise
from mnist_core.drawing.pen import FILL, PEN, draw
from mnist_core.drawing.thinning import thin_strokes

_STEPS = 8
"""Straight pieces between two places of a curve."""
_SMALL = 0.2
"""Share of the drawings that are a third as large as usual."""


def parse(form: str) -> list[NDArray[np.float64]]:
    """The strokes of a form, each (n, 2) places from 0 to 9; a corner is two places that are the same."""
    strokes = [[word for word in stroke.split() for _ in range(1 + word.endswith("!"))] for stroke in form.split("/")]
    return [np.array([[int(word[0]), int(word[1])] for word in words], np.float64) for words in strokes]


def write(strokes: Sequence[NDArray[np.float64]], chance: np.random.Generator) -> list[NDArray[np.float64]]:
    """Draw strokes by hand: places moved a little, joined to curves, slanted, turned and stretched as a whole."""
    # What is in the middle of the form comes to lie higher or lower, and more to the left or to the right.
    bent = np.exp(chance.normal(0, (0.1, 0.15)))
    moved = [9 * (places / 9).clip(0) ** bent + _jitter(places, chance) for places in strokes]
    slant, turn = chance.normal(0.1, 0.2), chance.normal(0, 0.06)
    narrow = np.exp(chance.normal(-0.25, 0.25))
    bend = chance.normal(0, 0.012, 2)
    cosine, sine = np.cos(turn), np.sin(turn)
    change = np.array([[cosine, -sine], [sine, cosine]]) @ np.array([[1, -slant], [0, 1]]) @ np.diag([narrow, 1])
    curves = []
    for places in moved:
        curve = (_smooth(places) - 4.5) @ change.T
        curves.append(curve + bend * curve[:, ::-1] ** 2)
    return curves


def render(strokes: Sequence[NDArray[np.float64]], chance: np.random.Generator) -> NDArray[np.uint8]:
    """Ink strokes with some pen and normalise them like any drawing, (28, 28) uint8; some are small for their pen."""
    lines = [stroke.tolist() for stroke in strokes]
    if chance.random() < _SMALL:
        normalised = normalise(thin_strokes(draw(lines, chance.uniform(0.5, 1.3) * PEN, FILL / 3)))
    else:
        normalised = normalise(draw(lines, PEN * float(np.exp(chance.normal(0, 0.3)))))
    assert normalised is not None
    return normalised


def _jitter(places: NDArray[np.float64], chance: np.random.Generator) -> NDArray[np.float64]:
    """The same for two places that are the same, so that a corner stays one."""
    new = np.r_[True, (places[1:] != places[:-1]).any(axis=1)].cumsum() - 1
    return np.asarray(chance.normal(0, 0.45, (new[-1] + 1, 2))[new])


def _smooth(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The curve through the places (Catmull and Rom, A class of local interpolating splines, 1974)."""
    before, after = np.vstack([places[:1], places[:-2]]), np.vstack([places[2:], places[-1:]])
    start, end = places[:-1], places[1:]
    t = np.linspace(0, 1, _STEPS, endpoint=False)[:, None, None]
    slope, slope_end = (end - before) / 2, (after - start) / 2
    curve = (
        (2 * t**3 - 3 * t**2 + 1) * start
        + (t**3 - 2 * t**2 + t) * slope
        + (3 * t**2 - 2 * t**3) * end
        + (t**3 - t**2) * slope_end
    )
    return np.vstack([curve.transpose(1, 0, 2).reshape(-1, 2), places[-1:]])
