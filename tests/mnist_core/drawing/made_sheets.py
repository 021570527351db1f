"""Sheets of paper with handwritten digits, photographed for the tests: in some light, on a table, as a JPEG."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mnist_core.data.synthetic.glyphs import DIGIT_GLYPHS
from mnist_core.data.synthetic.handwriting import handwrite, parse_glyph

Colour: TypeAlias = tuple[int, int, int]
Path: TypeAlias = Sequence[tuple[float, float]] | NDArray[np.floating]
"""Points x and y in pixels, (n, 2)."""

SIDE, MIDDLE = 700, (350.0, 350.0)
PAPER, WHITE = (250, 245, 228), (255, 255, 255)
BLACK, BLUE, GREY, PALE_BLUE, RED = (28, 28, 32), (25, 45, 130), (165, 165, 160), (150, 185, 210), (215, 120, 120)
# The usual ways of writing each digit are its first ones.
_USUAL = 4


@dataclass(frozen=True)
class Photo:
    """A picture, and the ink of each digit in it alone: (height, width) uint8, in reading order."""

    picture: Image.Image
    digits: list[NDArray[np.uint8]]

    def edited(self, edit: Callable[[Image.Image], Image.Image]) -> "Photo":
        return replace(self, picture=edit(self.picture))

    def lit(self, light: NDArray[np.floating]) -> "Photo":
        """Under a light that is (height, width) times as strong at each place."""
        levels = np.asarray(self.picture, np.float32) * light[..., None]
        return replace(self, picture=Image.fromarray(levels.clip(0, 255).astype(np.uint8)))

    def pixels(self) -> NDArray[np.float32]:
        """(height, width, 3), RGB from 0 to 1, as `find_digits` takes it."""
        return np.asarray(self.picture, np.float32) / np.float32(255)

    def jpeg(self, quality: int = 88) -> bytes:
        buffer = io.BytesIO()
        self.picture.save(buffer, "JPEG", quality=quality)
        return buffer.getvalue()


class Sheet:
    """A sheet that is written on: drawn twice as large and averaged down, as the edges of ink are soft."""

    def __init__(
        self, rng: np.random.Generator, size: tuple[int, int] = (SIDE, SIDE), colour: Colour = PAPER, grain: float = 3
    ) -> None:
        self.rng, self.size, self.grain = rng, size, grain
        self.digits: list[NDArray[np.uint8]] = []
        self._large = Image.new("RGB", (2 * size[0], 2 * size[1]), colour)

    def line(self, path: Path, width: float, colour: Colour = BLACK) -> None:
        """Draw a line `width` pixels wide."""
        _draw_line(self._large, path, width, colour)

    def handwritten(self, digit: int, height: float) -> list[NDArray[np.float64]]:
        """The strokes of a digit `height` pixels high, the middle of its box at (0, 0)."""
        glyph = parse_glyph(str(self.rng.choice(DIGIT_GLYPHS[digit][:_USUAL])))
        strokes = handwrite(glyph, self.rng)
        points = np.concatenate(strokes)
        low, high = points.min(axis=0), points.max(axis=0)
        return [(stroke - (low + high) / 2) * (height / (high[1] - low[1])) for stroke in strokes]

    def place(
        self, strokes: Sequence[NDArray[np.float64]], at: tuple[float, float], pen: float, colour: Colour = BLACK
    ) -> tuple[float, float, float, float]:
        """Draw the strokes of a digit around a place: the left, top, right and bottom of its ink."""
        alone = Image.new("L", self._large.size)
        for stroke in strokes:
            _draw_line(self._large, stroke + at, pen, colour)
            _draw_line(alone, stroke + at, pen, 255)
        left, top, right, bottom = alone.getbbox() or (0, 0, 1, 1)
        self.digits.append(np.asarray(alone.crop((left, top, right, bottom)).reduce(2)))
        return left / 2, top / 2, right / 2, bottom / 2

    def write(
        self,
        digit: int,
        height: float = 300,
        at: tuple[float, float] = MIDDLE,
        pen: float = 18,
        colour: Colour = BLACK,
    ) -> tuple[float, float, float, float]:
        """Write a digit `height` pixels high around a place, as `place` does."""
        return self.place(self.handwritten(digit, height), at, pen, colour)

    def rule(
        self, step: float, colour: Colour = PALE_BLUE, width: float = 2, slope: float = 0, squared: bool = False
    ) -> None:
        """Draw lines `step` pixels apart from side to side, and also from top to bottom where it is `squared`."""
        w, h = self.size
        for down in np.arange(step / 2 - abs(slope) * w, h + abs(slope) * w, step):
            self.line([(0, down), (w, down + slope * w)], width, colour)
        if squared:
            for right in np.arange(step / 2 - abs(slope) * h, w + abs(slope) * h, step):
                self.line([(right, 0), (right - slope * h, h)], width, colour)

    def photo(self) -> Photo:
        """As a camera sees it, with the grain of paper."""
        return Photo(grained(self._large.reduce(2), self.rng, self.grain), self.digits)


def _draw_line(image: Image.Image, path: Path, width: float, colour: Colour | int) -> None:
    brush = ImageDraw.Draw(image)
    points = [(2 * float(x), 2 * float(y)) for x, y in path]
    brush.line(points, fill=colour, width=max(round(2 * width), 1))
    if width > 3:  # with round ends and bends
        for x, y in points:
            brush.ellipse((x - width, y - width, x + width, y + width), fill=colour)


def grained(picture: Image.Image, rng: np.random.Generator, grain: float, noise: float = 1.5) -> Image.Image:
    """With the blotches of a surface and the noise of a camera, both in grey levels."""
    w, h = picture.size
    coarse = Image.fromarray(rng.normal(0, grain, (h // 12 + 2, w // 12 + 2)).astype(np.float32))
    blotches = np.asarray(coarse.resize((w, h), Image.Resampling.BICUBIC))
    levels = np.asarray(picture, np.float32) + (blotches + rng.normal(0, noise, (h, w)))[..., None]
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


def corners_on_a_table(
    size: tuple[int, int], rng: np.random.Generator, share: float, perspective: float = 0
) -> NDArray[np.float64]:
    """Corners, (4, 2) from the top left clockwise, of a sheet a little turned, of `share` of the picture's area."""
    turn = np.radians(rng.uniform(-9, 9))
    corners = (np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) - 0.5) * size * np.sqrt(share)
    corners *= 1 + perspective * rng.uniform(-1, 0, (4, 1))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(corners @ rotation.T + np.array(size) / 2 + rng.uniform(-0.02, 0.02, 2) * size[0])


def on_a_table(
    picture: Image.Image, corners: NDArray[np.float64], rng: np.random.Generator, colour: Colour = (85, 50, 25)
) -> Image.Image:
    """A picture as a sheet on a table with its corners there, in perspective."""
    w, h = picture.size
    rows = list[list[float]]()
    for (x, y), (u, v) in zip(corners, [(0, 0), (w, 0), (w, h), (0, h)], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    view = np.linalg.solve(np.array(rows), [0, 0, w, 0, w, h, 0, h]).tolist()
    sheet, mask = (
        image.transform((w, h), Image.Transform.PERSPECTIVE, view, Image.Resampling.BICUBIC)
        for image in (picture, Image.new("L", (w, h), 255))
    )
    table = grained(Image.new("RGB", (w, h), colour), rng, 8, 3)
    table.paste(sheet, mask=mask)
    return table
