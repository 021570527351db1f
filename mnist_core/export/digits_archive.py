"""One's own digits to take away and to bring back: strokes as JSON, a table as CSV, or all with images as one ZIP."""

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
from mnist_core.drawing import draw, normalise
from mnist_core.store import NewDigit, Origin, OwnDigit, Strokes

LARGEST, MOST = 50_000_000, 20_000
"""Bytes that one import may unpack to, and digits that it may hold."""
_STROKES, _TABLE = "digits.json", "digits.csv"
_IMAGE = re.compile(r"images/([0-9]{1,18})-([0-9])\.png")
# The text in an image's file that holds what is known of the digit.
_KEY = "digit-lab"


class _Item(Origin):
    """A drawing in a strokes file; `id` leads to its image in a ZIP."""

    label: Annotated[int, Field(ge=0, le=9)]
    strokes: Strokes
    id: int | None = None


# As in a list of strokes, the first error is enough.
_ITEMS = TypeAdapter(Annotated[list[_Item], Field(max_length=MOST, fail_fast=True)])


def strokes_json(digits: Iterable[OwnDigit]) -> str:
    """The digits that have strokes, as `ink.read_strokes` reads them; it passes over the id, the time and the answers.

    `[{"label": 7, "strokes": [[[x, y], ...], ...], ...}, ...]`
    """
    items = [
        {"label": digit.label, "strokes": digit.strokes, "id": digit.id, **_origin(digit)}
        for digit in digits
        if digit.strokes is not None
    ]
    return json.dumps(items)


def table_csv(digits: Iterable[OwnDigit]) -> str:
    """A row a digit: id, time (ISO 8601, UTC), label, whether it has strokes, the answers then, 784 pixels 0 to 255."""
    file = StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["id", "created", "label", "has_strokes", "answers", *(f"p{pixel}" for pixel in range(784))])
    for digit in digits:
        created = datetime.fromtimestamp(digit.created, UTC).isoformat(timespec="seconds")
        answers = "; ".join(_sentence(answer) for answer in digit.answers)
        table.writerow([digit.id, created, digit.label, digit.strokes is not None, answers, *digit.image])
    return file.getvalue()


def _sentence(answer: Mapping[str, Any]) -> str:
    # What was answered comes first: a spreadsheet takes a cell for a formula where a judge's name begins like one.
    said = "I don't know" if answer["digit"] is None else answer["digit"]
    return f"{said} ({100 * answer['probability']:.1f} %) by {answer['judge']}"


def archive(digits: Sequence[OwnDigit]) -> bytes:
    """A ZIP of `digits.json` (strokes), `digits.csv` and `images/<id>-<label>.png`, which `read` reads."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr(_STROKES, strokes_json(digits))
        packed.writestr(_TABLE, table_csv(digits))
        for digit in digits:
            packed.writestr(f"images/{digit.id}-{digit.label}.png", _png(digit))
    return file.getvalue()


def _png(digit: OwnDigit) -> bytes:
    text, file = PngInfo(), BytesIO()
    text.add_itxt(_KEY, json.dumps(_origin(digit)))
    Image.fromarray(digit.pixels).save(file, "PNG", pnginfo=text)
    return file.getvalue()


def _origin(digit: OwnDigit) -> dict[str, Any]:
    return {"created": digit.created, "answers": digit.answers}


def read_archive(content: bytes, name: str) -> list[NewDigit]:
    """Read what `strokes_json` or `archive` wrote, or others like it; `name` is the file's, for messages.

    The image of a digit is that in the ZIP; where there is none, it is drawn from the strokes.
    Raises `DigitLabError` where the file is damaged, too large, or not of that kind.
    """
    _check(name, size=len(content))
    zipped = content.startswith(b"PK")
    digits = _from_zip(content, name) if zipped else [_drawn(item) for item in _items(content, name)]
    if not digits:
        raise DigitLabError(f"{name} holds no digits; choose another file.")
    _check(name, count=len(digits))
    return digits


def _check(name: str, size: int = 0, count: int = 0) -> None:
    if size > LARGEST or count > MOST:
        most = f"{LARGEST // 1_000_000} MB" if size > LARGEST else f"{MOST:,} digits"
        raise DigitLabError(f"{name} holds more than {most}; import it in smaller parts.")


def _items(content: bytes, name: str) -> list[_Item]:
    try:
        return _ITEMS.validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
    place = first["loc"]
    if not place and first["type"] == "too_long":
        _check(name, count=MOST + 1)
    where = f" in drawing {int(place[0]) + 1:,}" if place else ""
    if place[1:] == ("label",):
        raise DigitLabError(f"A label from 0 to 9 is missing{where} of {name}; give each drawing the digit it shows.")
    raise DigitLabError(
        f"{name} is not a strokes file ({first['msg']}{where}); give a ZIP that was downloaded here, or a JSON list of "
        '{"label": 7, "strokes": [[[x, y], ...], ...]}.'
    )


def _drawn(item: _Item) -> NewDigit:
    image = normalise(draw(item.strokes))
    assert image is not None  # strokes have a point at least
    return NewDigit(**dict(item), image=image.tobytes())


def _from_zip(content: bytes, name: str) -> list[NewDigit]:
    contents = _unpacked(content, name)
    items = _items(contents.pop(_STROKES, b"[]"), name)
    pictures: dict[int | None, NewDigit] = {}
    for member, png in contents.items():
        found = _IMAGE.fullmatch(member)
        if found is None:
            raise DigitLabError(f"{name} holds {member[:60]!a}; name each image <number>-<label>.png, as in 12-7.png.")
        number, label = map(int, found.groups())
        if number in pictures:
            raise _ambiguous(name, number)
        pictures[number] = _pictured(png, label, f"{member} in {name}")
    digits = []
    for item in items:
        picture = pictures.pop(item.id, None)
        if picture and picture.label != item.label:
            raise _ambiguous(name, item.id)
        digits.append(NewDigit(**dict(item), image=picture.image) if picture else _drawn(item))
    return [*digits, *pictures.values()]


def _ambiguous(name: str, number: int | None) -> DigitLabError:
    return DigitLabError(f"{name} holds two images or two labels of digit {number}; keep one of them.")


def _unpacked(content: bytes, name: str) -> dict[str, bytes]:
    """The strokes and the images, by their names in the ZIP; nothing is written to the disk."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            for member in packed.namelist():
                if member.startswith("/") or "\\" in member or ".." in PurePosixPath(member).parts:
                    raise DigitLabError(f"{name} holds {member[:60]!a}, which leads elsewhere; take that file out.")
            wanted = [
                part
                for part in packed.infolist()
                if part.filename == _STROKES or (part.filename.startswith("images/") and not part.is_dir())
            ]
            _check(name, size=sum(part.file_size for part in wanted), count=len(wanted) - 1)
            # Other methods unpack a whole block at once, however large it is.
            if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in wanted):
                raise BadZipFile
            # No more is unpacked than a part says of its size, which need not be true.
            return {part.filename: packed.open(part).read(part.file_size) for part in wanted}
    except DigitLabError:
        raise
    except Exception:  # what is wrong in a ZIP makes errors of many kinds
        raise DigitLabError(
            f"{name} cannot be unpacked, as it is damaged, incomplete or locked; download it again."
        ) from None


def _pictured(png: bytes, label: int, name: str) -> NewDigit:
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            if (image.size, image.mode) == ((28, 28), "L"):
                origin = Origin.model_validate_json(image.info.get(_KEY, "{}"))
                return NewDigit(**dict(origin), label=label, strokes=None, image=image.tobytes())
    except Exception:  # what is wrong in a PNG makes errors of many kinds
        pass
    raise DigitLabError(f"{name} is not a whole grey PNG of 28x28 pixels; replace it or take it out.")
