"""Pictures of rows of digits, and of paper without any, made for the tests from random numbers."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from tests.mnist_core.drawing.made_lights import shadow, slope
from tests.mnist_core.drawing.made_pictures import Rng
from tests.mnist_core.drawing.made_sheets import PAPER, SIDE, WHITE, Colour, Photo, Sheet

_MARKS = {
    "-": np.array([(0, 180), (50, 178)]),
    "/": np.array([(0, 285), (70, 75)]),
    ".": np.array([(10, 255), (11, 256)]),
}


def row(rng: Rng, digits: str, *, apart: float = 30, ruled: bool = False, mark: str = "") -> Photo:
    """Digits side by side, `apart` pixels between them; with a dash, a slash or a dot as `mark` between them."""
    sheet = Sheet(rng, ((270 if mark else 190) * len(digits) + 120, 360))
    if ruled:
        sheet.rule(rng.uniform(45, 75))
    right, pen = 50.0, 12
    for number, digit in enumerate(digits):
        if number and mark:
            sheet.line(_MARKS[mark] + np.array([right, 0]), pen)
            right += 70 + apart
        strokes = sheet.handwritten(int(digit), float(rng.uniform(150, 175)))
        half = max(float(stroke[:, 0].max()) for stroke in strokes) + pen / 2
        sheet.place(strokes, (right + half, 180 + rng.uniform(-8, 8)), pen)
        right += 2 * half + apart
    photo = sheet.photo()
    return photo.lit(slope(photo.picture.size, rng, 0.7))


def _two_rows(rng: Rng, digits: str) -> Photo:
    sheet = Sheet(rng)
    for number, digit in enumerate(digits):
        down, right = divmod(number, -(-len(digits) // 2))
        sheet.write(int(digit), 150, (130 + 180 * right, 180 + 300 * down), 12)
    return sheet.photo()


ROW_KINDS: dict[str, Callable[[Rng, str], Photo]] = {
    "row": row,
    "row, ruled": lambda rng, digits: row(rng, digits, ruled=True),
    "row with dashes": lambda rng, digits: row(rng, digits, mark="-"),
    "row with slashes": lambda rng, digits: row(rng, digits, mark="/"),
    "row with dots": lambda rng, digits: row(rng, digits, mark="."),
    "two rows": _two_rows,
}
"""What a picture of several digits, which do not touch, may be like."""


def _blank(rng: Rng, colour: Colour = PAPER, ruling: float = 0, squared: bool = False) -> Photo:
    sheet = Sheet(rng, colour=colour)
    if ruling:
        sheet.rule(ruling, squared=squared)
    return sheet.photo()


def _edge_of_a_shadow(rng: Rng) -> Photo:
    return _blank(rng).lit(shadow((SIDE, SIDE), rng, 0.45, soft=3))


def _even(colour: Colour, side: int = SIDE) -> Photo:
    return Photo(Image.new("RGB", (side, side), colour), [])


BLANK_KINDS: dict[str, Callable[[Rng], Photo]] = {
    "plain": _blank,
    "blackboard": lambda rng: _blank(rng, (38, 62, 48)),
    "lined": lambda rng: _blank(rng, ruling=rng.uniform(28, 90)),
    "squared": lambda rng: _blank(rng, ruling=rng.uniform(20, 70), squared=True),
    "edge of a shadow": _edge_of_a_shadow,
    "all black": lambda _: _even((0, 0, 0)),
    "all white": lambda _: _even(WHITE),
    "one pixel": lambda _: _even(PAPER, side=1),
}
"""What a picture without a digit may be like."""
