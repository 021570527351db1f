"""Pen strokes drawn as the Draw page draws them: a round white pen of 20 pixels on a black canvas of 280."""

from pathlib import Path
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter, ValidationError

from mnist_core import DigitLabError

CANVAS, PEN = 280, 20
_FILL = 0.7
# The pen is drawn this many times larger and averaged down, which gives the soft edge that a browser draws.
_OVERSAMPLING = 2

Point: TypeAlias = tuple[FiniteFloat, FiniteFloat]


class Drawing(BaseModel):
    """Strokes as lists of (x, y) points, y down, in any unit, and the digit meant, where it is known."""

    model_config = ConfigDict(frozen=True)

    strokes: Annotated[list[Annotated[list[Point], Field(min_length=1)]], Field(min_length=1)]
    label: Annotated[int, Field(ge=0, le=9)] | None = None


_DRAWINGS = TypeAdapter(Annotated[list[Drawing], Field(min_length=1)])


def read_strokes(path: Path) -> list[Drawing]:
    """Read a strokes file: a JSON list of `{"label": optional, "strokes": [[[x, y], ...], ...]}`.

    Raises `DigitLabError` where the file is missing or is not such a list.
    """
    try:
        return _DRAWINGS.validate_json(path.read_bytes())
    except FileNotFoundError:
        raise DigitLabError(f"There is no file {path}; check the name.") from None
    except (OSError, ValidationError) as error:
        reason = ""
        if isinstance(error, ValidationError):
            first = error.errors()[0]
            place = " in drawing " + ", ".join(map(str, first["loc"])) if first["loc"] else ""
            reason = f" ({first['msg']}{place})"
        raise DigitLabError(
            f'{path} is not a strokes file{reason}; give a JSON list of {{"strokes": [[[x, y], ...], ...]}}.'
        ) from None


def draw(drawing: Drawing) -> NDArray[np.uint8]:
    """Scale the strokes to fill 70 % of the canvas, centre and draw them: (280, 280) uint8, ink 255."""
    # The unit is of no account: by a power of two no digit is lost, and then no sum or difference overflows.
    largest = max(abs(number) for stroke in drawing.strokes for point in stroke for number in point)
    strokes = [np.ldexp(np.array(stroke), -np.frexp(largest)[1] - 1) for stroke in drawing.strokes]
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    scale = _FILL * CANVAS / extent if extent > 0 else 1.0
    size, radius = CANVAS * _OVERSAMPLING, PEN * _OVERSAMPLING / 2
    image = Image.new("L", (size, size))
    pen = ImageDraw.Draw(image)
    for stroke in strokes:
        path = ((stroke - (low + high) / 2) * scale + CANVAS / 2) * _OVERSAMPLING
        pen.line([tuple(point) for point in path.tolist()], fill=255, width=round(2 * radius))
        for x, y in path.tolist():
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(image.reduce(_OVERSAMPLING))
