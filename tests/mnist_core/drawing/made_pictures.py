"""Pictures of handwritten digits as people take them, of many kinds, made for the tests from random numbers."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from tests.mnist_core.drawing.made_lights import crease, glare, shadow, slope, vignette
from tests.mnist_core.drawing.made_sheets import (
    BLACK,
    BLUE,
    GREY,
    MIDDLE,
    PALE_BLUE,
    PAPER,
    RED,
    SIDE,
    WHITE,
    Colour,
    Photo,
    Sheet,
    corners_on_a_table,
    on_a_table,
)

Rng: TypeAlias = np.random.Generator
Light: TypeAlias = Callable[[tuple[int, int], Rng], NDArray[np.float64]]


def _plain(rng: Rng, digit: int, pen: float = 18, height: float = 300, colour: Colour = BLACK) -> Photo:
    sheet = Sheet(rng)
    sheet.write(digit, height, pen=pen, colour=colour)
    return sheet.photo()


def _coloured(rng: Rng, digit: int, ink: Colour, paper: Colour) -> Photo:
    sheet = Sheet(rng, colour=paper)
    sheet.write(digit, pen=26, colour=ink)
    return sheet.photo()


def _tight_crop(rng: Rng, digit: int) -> Photo:
    sheet = Sheet(rng)
    left, top, right, bottom = sheet.write(digit, 380, pen=56)
    return sheet.photo().edited(
        lambda picture: picture.crop((int(left) - 3, int(top) - 3, int(right) + 3, int(bottom) + 3))
    )


def _in_light(rng: Rng, photo: Photo, light: Light) -> Photo:
    return photo.lit(light(photo.picture.size, rng))


def _ruled(
    rng: Rng,
    digit: int,
    step: tuple[float, float] = (28, 40),
    line: Colour = PALE_BLUE,
    width: float = 2,
    *,
    slope: float = 0,
    squared: bool = False,
    pen: float = 10,
    ink: Colour = BLUE,
    height: float = 260,
    margin: bool = False,
) -> Photo:
    sheet = Sheet(rng)
    sheet.rule(rng.uniform(*step), line, width, rng.uniform(-slope, slope), squared)
    x, y = MIDDLE + rng.uniform(-60, 60, 2)
    sheet.write(digit, height, (x, y), pen, ink)
    if margin:
        sheet.line([(110, 0), (110, SIDE)], 2.5, RED)
    return sheet.photo()


def _sits_on_a_line(rng: Rng, digit: int) -> Photo:
    sheet = Sheet(rng)
    for down in (50, 280, 510):
        sheet.line([(0, down), (SIDE, down)], 2, PALE_BLUE)
    sheet.write(digit, 170, (350, 510 - 170 / 2 - rng.uniform(0, 8)), 11, BLUE)
    return sheet.photo()


def _box(rng: Rng, digit: int) -> Photo:
    sheet = Sheet(rng)
    left, top, right, bottom = sheet.write(digit, 260, pen=15)
    a = float(rng.uniform(30, 60))
    box = [(left - a, top - a), (right + a, top - a), (right + a, bottom + a), (left - a, bottom + a)]
    sheet.line([*box, box[0]], 3.2)
    return sheet.photo()


def _circle(rng: Rng, digit: int) -> Photo:
    sheet = Sheet(rng)
    left, top, right, bottom = sheet.write(digit, 260, pen=15)
    angles = np.linspace(0.3, 2 * np.pi + 0.5, 60)
    radius = (max(right - left, bottom - top) / 2 + rng.uniform(30, 60)) * (1.15 + 0.04 * np.sin(2 * angles + 1))
    around = radius * np.stack([np.cos(angles), np.sin(angles)])
    sheet.line(around.T + np.array([left + right, top + bottom]) / 2, 10)
    return sheet.photo()


def _underlined(rng: Rng, digit: int) -> Photo:
    sheet = Sheet(rng)
    left, _, right, bottom = sheet.write(digit, 260, pen=15)
    below = bottom + rng.uniform(30, 60)
    sheet.line([(left - 60, below), (right + 60, below + rng.uniform(-8, 8))], 12)
    return sheet.photo()


def _window(rng: Rng, digit: int) -> Photo:
    sheet = Sheet(rng, (300, 300), WHITE, grain=0)
    sheet.line([(5, 5), (294, 5), (294, 294), (5, 294), (5, 5)], 2)
    sheet.write(digit, 160, (150, 150), 14)
    return sheet.photo()


def _holes(rng: Rng, digit: int) -> Photo:
    sheet = Sheet(rng)
    sheet.write(digit, 280, (370, 350), 15)
    for down in (150, 350, 550):
        sheet.line([(45, down), (45, down)], 36, (45, 35, 30))
    return sheet.photo()


def _on_a_table(rng: Rng, photo: Photo, share: float, perspective: float = 0, table: Colour = (85, 50, 25)) -> Photo:
    corners = corners_on_a_table(photo.picture.size, rng, share, perspective)
    return photo.edited(lambda picture: on_a_table(picture, corners, rng, table))


def _small_in_a_large_photo(rng: Rng, digit: int) -> Photo:
    sheet = Sheet(rng, (1600, 1200))
    sheet.write(digit, rng.uniform(45, 60), (rng.uniform(300, 1300), rng.uniform(250, 950)), 5)
    return _in_light(rng, sheet.photo(), partial(slope, darkest=0.6))


DIGIT_KINDS: dict[str, Callable[[Rng, int], Photo]] = {
    "plain": _plain,
    "thin pen": lambda rng, digit: _plain(rng, digit, pen=4, height=420),
    "marker": lambda rng, digit: _plain(rng, digit, pen=60, height=380),
    "pencil": lambda rng, digit: _plain(rng, digit, pen=7, colour=(150, 150, 150)),
    "tight crop": _tight_crop,
    "blurred": lambda rng, digit: _plain(rng, digit).edited(lambda sharp: sharp.filter(ImageFilter.GaussianBlur(5))),
    "tiny": lambda rng, digit: _plain(rng, digit).edited(lambda large: large.resize((60, 60), Image.Resampling.BOX)),
    "negative": lambda rng, digit: _plain(rng, digit).edited(ImageOps.invert),
    "chalk": lambda rng, digit: _coloured(rng, digit, (225, 228, 220), (38, 62, 48)),
    "red ink": lambda rng, digit: _coloured(rng, digit, (200, 40, 40), PAPER),
    "yellow on blue": lambda rng, digit: _coloured(rng, digit, (235, 215, 60), (30, 60, 150)),
    "red on green": lambda rng, digit: _coloured(rng, digit, (220, 78, 72), (82, 138, 95)),
    "orange on blue": lambda rng, digit: _coloured(rng, digit, (245, 145, 60), (105, 165, 230)),
    "hard shadow": lambda rng, digit: _in_light(rng, _plain(rng, digit), partial(shadow, depth=0.42)),
    "soft shadow": lambda rng, digit: _in_light(rng, _plain(rng, digit), partial(shadow, depth=0.5, soft=60)),
    "vignette": lambda rng, digit: _in_light(rng, _plain(rng, digit), vignette),
    "glare": lambda rng, digit: _in_light(rng, _plain(rng, digit), glare),
    "slope": lambda rng, digit: _in_light(rng, _plain(rng, digit), slope),
    "creased": lambda rng, digit: _in_light(rng, _plain(rng, digit), crease),
    "lined": _ruled,
    "lined, aslant": lambda rng, digit: _ruled(rng, digit, slope=0.08),
    "lined, felt pen": lambda rng, digit: _ruled(rng, digit, line=GREY, pen=24, ink=BLACK),
    "lined, pencil": lambda rng, digit: _ruled(rng, digit, line=GREY, pen=8, ink=(105, 105, 108)),
    "wide ruling": lambda rng, digit: _ruled(rng, digit, (70, 130), width=3, pen=14, height=320),
    "fine squares": lambda rng, digit: _ruled(rng, digit, (18, 26), (190, 200, 205), 1.2, squared=True, pen=12),
    "wide squares": lambda rng, digit: _ruled(rng, digit, (55, 100), width=2.5, squared=True, pen=14, height=320),
    "margin and shadow": lambda rng, digit: _in_light(
        rng, _ruled(rng, digit, margin=True), partial(shadow, depth=0.4, soft=6)
    ),
    "sits on a line": _sits_on_a_line,
    "box": _box,
    "circle": _circle,
    "underlined": _underlined,
    "window": _window,
    "holes": _holes,
    "sheet, 85 %": lambda rng, digit: _on_a_table(rng, _plain(rng, digit), 0.85),
    "sheet, 60 %": lambda rng, digit: _on_a_table(rng, _plain(rng, digit), 0.6),
    "sheet, 45 %, perspective": lambda rng, digit: _on_a_table(rng, _plain(rng, digit), 0.45, perspective=0.2),
    "sheet on grey": lambda rng, digit: _on_a_table(rng, _plain(rng, digit), 0.55, table=(120, 120, 118)),
    "lined sheet": lambda rng, digit: _on_a_table(rng, _ruled(rng, digit), 0.6),
    "small in a large photo": _small_in_a_large_photo,
}
"""What a picture of a digit from 0 to 9 may be like."""
