"""Strokes drawn with a round white pen on a black canvas of 280 x 280 pixels, like the Draw page's."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mnist_core.drawing.strokes import Strokes

CANVAS, PEN = 280, 27
"""Side of the canvas and width of the default pen in pixels, chosen so that the median stroke is as wide as MNIST's."""
FILL = 0.7
"""Share of the canvas that a drawing fills by default."""
# The pen is drawn this many times larger and averaged down, which gives the soft edge that a browser draws.
_OVERSAMPLING = 2


def draw(strokes: Strokes, pen: float = PEN, fill: float = FILL) -> NDArray[np.uint8]:
    """Scale strokes to fill a share of the canvas, centre and draw them with a pen `pen` pixels wide.

    The strokes may be in any unit. Returns (280, 280) uint8, 255 where there is ink.
    """
    # Scaled by a power of two, which is exact, so that no sum or difference overflows whatever the unit is.
    largest = max(abs(number) for stroke in strokes for point in stroke for number in point)
    paths = [np.ldexp(np.array(stroke), -np.frexp(largest)[1] - 1) for stroke in strokes]
    points = np.concatenate(paths)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    scale = fill * CANVAS / extent if extent > 0 else 1.0
    return paint([((path - (low + high) / 2) * scale + CANVAS / 2).tolist() for path in paths], pen)


def paint(strokes: Strokes, pen: float) -> NDArray[np.uint8]:
    """Draw strokes that are in pixels of the canvas with a pen `pen` pixels wide: (280, 280) uint8, ink 255."""
    size, radius = CANVAS * _OVERSAMPLING, pen * _OVERSAMPLING / 2
    image = Image.new("L", (size, size))
    brush = ImageDraw.Draw(image)
    for stroke in strokes:
        path = [(x * _OVERSAMPLING, y * _OVERSAMPLING) for x, y in stroke]
        brush.line(path, fill=255, width=round(2 * radius))
        for x, y in path:
            brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(image.reduce(_OVERSAMPLING))
