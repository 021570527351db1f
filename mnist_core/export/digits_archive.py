"""Export and import of the user's own digits: strokes as JSON, a table as CSV, or both with images as one ZIP file."""

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import PurePosixPath
from typing import Annotated, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydantic import Field, TypeAdapter, ValidationError

from mnist_core import DigitLabError
from mnist_core.drawing import Strokes, draw, normalise
from mnist_core.drawing.strokes import json_text
from mnist_core.export.csv_table import cell
from mnist_core.store import NewDigit, Origin, OwnDigit

MAX_BYTES, MAX_DIGITS = 50_000_000, 20_000
"""Limits of one import; the bytes are those after unpacking."""
_STROKES, _TABLE = "digits.json", "digits.csv"
_IMAGE = re.compile(r"images/([0-9]{1,18})-([0-9])\.png")
# The PNG text chunk that holds when a digit was stored and what it was read as.
_PNG_KEY = "digit-lab"


class _Item(Origin):
    """A drawing in a strokes file; in a ZIP, `id` is the number of its image."""

    label: Annotated[int, Field(ge=0, le=9)]
    strokes: Strokes
    id: int | None = None


# The first error is enough: all errors of a large file would not fit in memory.
_ITEMS = TypeAdapter(Annotated[list[_Item], Field(max_length=MAX_DIGITS, fail_fast=True)])


def strokes_json(digits: Iterable[OwnDigit]) -> str:
    """The digits that have strokes, as a strokes file, which `drawing.read_drawings` reads too.

    `[{"label": 7, "strokes": [[[x, y], ...], ...], ...}, ...]`
    """
    drawings = [digit for digit in digits if digit.strokes is not None]
    return json.dumps([{"label": own.label, "strokes": own.strokes, "id": own.id, **_origin(own)} for own in drawings])


def table_csv(digits: Iterable[OwnDigit]) -> str:
    """CSV, one row per digit: id, time (ISO 8601, UTC), label, has strokes or not, what it was read as, 784 pixels."""
    file = StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["id", "created", "label", "has_strokes", "answers", *(f"p{pixel}" for pixel in range(784))])
    for digit in digits:
        created = datetime.fromtimestamp(digit.created, UTC).isoformat(timespec="seconds")
        answers = cell("; ".join(_describe(answer) for answer in digit.answers))
        table.writerow([digit.id, created, digit.label, digit.strokes is not None, answers, *digit.image])
    return file.getvalue()


def _describe(answer: Mapping[str, Any]) -> str:
    digit = "I don't know" if answer["digit"] is None else answer["digit"]
    return f"{digit} ({100 * answer['probability']:.1f} %) by {answer['judge']}"


def archive(digits: Sequence[OwnDigit]) -> bytes:
    """A ZIP file of `digits.json` (strokes), `digits.csv` and `images/<id>-<label>.png`, for `read_archive`."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as zip_file:
        zip_file.writestr(_STROKES, strokes_json(digits))
        zip_file.writestr(_TABLE, table_csv(digits))
        for digit in digits:
            zip_file.writestr(f"images/{digit.id}-{digit.label}.png", _png(digit))
    return file.getvalue()


def _png(digit: OwnDigit) -> bytes:
    text, file = PngInfo(), BytesIO()
    text.add_itxt(_PNG_KEY, json.dumps(_origin(digit)))
    Image.fromarray(digit.pixels).save(file, "PNG", pnginfo=text)
    return file.getvalue()


def _origin(digit: OwnDigit) -> dict[str, Any]:
    return {"created": digit.created, "answers": digit.answers}


def read_archive(content: bytes, name: str) -> list[NewDigit]:
    """Read the content of a file in the format of `strokes_json` or `archive`; `name` is for error messages.

    A digit without an image in the ZIP file is drawn from its strokes.
    Raises `DigitLabError` where the file is damaged, too large, or of another format.
    """
    _check_limits(name, size=len(content))
    is_zip = content.startswith(b"PK")
    digits = _read_zip(content, name) if is_zip else [_draw(item) for item in _read_items(content, name)]
    if not digits:
        raise DigitLabError(f"{name} holds no digits; choose another file.")
    _check_limits(name, count=len(digits))
    return digits


def _check_limits(name: str, size: int = 0, count: int = 0) -> None:
    if size > MAX_BYTES or count > MAX_DIGITS:
        most = f"{MAX_BYTES // 1_000_000} MB" if size > MAX_BYTES else f"{MAX_DIGITS:,} digits"
        raise DigitLabError(f"{name} holds more than {most}; import it in smaller parts.")


def _read_items(content: bytes, name: str) -> list[_Item]:
    try:
        return _ITEMS.validate_json(json_text(content))
    except ValidationError as error:
        first = error.errors()[0]
    path = first["loc"]
    if not path and first["type"] == "too_long":
        _check_limits(name, count=MAX_DIGITS + 1)
    where = f" in drawing {int(path[0]) + 1:,}" if path else ""
    if path[1:] == ("label",):
        raise DigitLabError(f"A label from 0 to 9 is missing{where} of {name}; give each drawing the digit it shows.")
    raise DigitLabError(
        f"{name} is not a strokes file ({first['msg']}{where}); give a ZIP that was downloaded here, or a JSON list of "
        '{"label": 7, "strokes": [[[x, y], ...], ...]}.'
    )


def _draw(item: _Item) -> NewDigit:
    image = normalise(draw(item.strokes))
    assert image is not None  # strokes have at least one point
    return NewDigit(**dict(item), image=image.tobytes())


def _read_zip(content: bytes, name: str) -> list[NewDigit]:
    contents = _unpack(content, name)
    items = _read_items(contents.pop(_STROKES, b"[]"), name)
    images: dict[int | None, NewDigit] = {}
    for member, png in contents.items():
        match = _IMAGE.fullmatch(member)
        if match is None:
            raise DigitLabError(f"{name} holds {member[:60]!a}; name each image <number>-<label>.png, as in 12-7.png.")
        number, label = map(int, match.groups())
        if number in images:
            raise _ambiguous(name, number)
        images[number] = _read_png(png, label, f"{member} in {name}")
    digits = []
    for item in items:
        stored = images.pop(item.id, None)
        if stored and stored.label != item.label:
            raise _ambiguous(name, item.id)
        digits.append(NewDigit(**dict(item), image=stored.image) if stored else _draw(item))
    return [*digits, *images.values()]


def _ambiguous(name: str, number: int | None) -> DigitLabError:
    return DigitLabError(f"{name} holds two images or two labels of digit {number}; keep one of them.")


def _unpack(content: bytes, name: str) -> dict[str, bytes]:
    """The contents of the strokes file and of the images, by their names; nothing is written to disk."""
    try:
        with ZipFile(BytesIO(content)) as zip_file:
            for member in zip_file.namelist():
                if member.startswith("/") or "\\" in member or ".." in PurePosixPath(member).parts:
                    raise DigitLabError(f"{name} holds {member[:60]!a}, which leads elsewhere; take that file out.")
            members = [
                part
                for part in zip_file.infolist()
                if part.filename == _STROKES or (part.filename.startswith("images/") and not part.is_dir())
            ]
            _check_limits(name, size=sum(part.file_size for part in members), count=len(members) - 1)
            # With other methods, a small read may unpack a block of any size.
            if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in members):
                raise BadZipFile
            # Reads no more than the size that a member declares, which need not be true.
            return {part.filename: zip_file.open(part).read(part.file_size) for part in members}
    except DigitLabError:
        raise
    except Exception:  # a damaged ZIP file raises many kinds of errors
        raise DigitLabError(
            f"{name} cannot be unpacked, as it is damaged, incomplete or locked; download it again."
        ) from None


def _read_png(png: bytes, label: int, name: str) -> NewDigit:
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            if (image.size, image.mode) == ((28, 28), "L"):
                origin = Origin.model_validate_json(image.info.get(_PNG_KEY, "{}"))
                return NewDigit(**dict(origin), label=label, strokes=None, image=image.tobytes())
    except Exception:  # a damaged PNG raises many kinds of errors
        pass
    raise DigitLabError(f"{name} is not a whole grey PNG of 28x28 pixels; replace it or take it out.")
