"""Shapes that are no digit, made anew for the tests: not by the strokes that networks are trained on."""

import string

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mnist_core.drawing.pen import CANVAS, paint

LIKE_DIGITS = "OoQDIlijSsZzBbgq"
"""Letters that are drawn as 0, 1, 2, 5, 6, 8 and 9 are."""
LETTERS = [letter for letter in string.ascii_letters if letter not in LIKE_DIGITS]


def scribbles(count: int, seed: int = 0) -> list[NDArray[np.uint8]]:
    """Walks of 10 to 40 turns over the canvas, (280, 280) uint8 each."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        walk = rng.normal(0, 1, (int(rng.integers(10, 40)), 2)).cumsum(axis=0)
        walk -= walk.mean(axis=0)
        places = CANVAS / 2 + 110 * walk / np.abs(walk).max()
        found.append(paint([places.tolist()], float(rng.uniform(14, 30))))
    return found


def letters(times: int, seed: int = 0) -> list[NDArray[np.uint8]]:
    """Each of `LETTERS` so many times in the font that Pillow brings, thick or thin and a little turned."""
    rng = np.random.default_rng(seed)
    font = ImageFont.load_default(170)
    found = []
    for letter in LETTERS * times:
        image = Image.new("L", (CANVAS, CANVAS))
        width = int(rng.integers(0, 5))
        middle = (CANVAS / 2, CANVAS / 2)
        ImageDraw.Draw(image).text(middle, letter, font=font, fill=255, anchor="mm", stroke_width=width)
        turned = image.rotate(float(rng.normal(0, 6)), resample=Image.Resampling.BILINEAR)
        found.append(np.asarray(turned))
    return found
