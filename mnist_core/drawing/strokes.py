"""Strokes, and strokes files: drawings stored as JSON."""

import json
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter, ValidationError

from mnist_core import DigitLabError

Point: TypeAlias = Annotated[list[FiniteFloat], Field(min_length=2, max_length=2)]
# Where they are validated, the first error is enough: all those of a large file would not fit in memory.
Stroke: TypeAlias = Annotated[list[Point], Field(min_length=1, fail_fast=True)]
Strokes: TypeAlias = Annotated[list[Stroke], Field(min_length=1, fail_fast=True)]
"""Lists of [x, y] points, y down, in any unit unless it is named; at least one, each with a point at least."""


class Drawing(BaseModel):
    """Strokes in any unit, and the digit meant, where it is known."""

    model_config = ConfigDict(frozen=True)

    strokes: Strokes
    label: Annotated[int, Field(ge=0, le=9)] | None = None


_DRAWINGS = TypeAdapter(Annotated[list[Drawing], Field(min_length=1)])


def json_text(content: bytes) -> str:
    """The text of a JSON file in UTF-8, UTF-16 or UTF-32, without the byte-order mark that some editors write."""
    return content.decode(json.detect_encoding(content), errors="replace")


def read_strokes(path: Path) -> list[Drawing]:
    """Read a strokes file: a JSON list of `{"label": optional, "strokes": [[[x, y], ...], ...]}`.

    Raises `DigitLabError` where the file is missing or is not such a list.
    """
    try:
        return _DRAWINGS.validate_json(json_text(path.read_bytes()))
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
