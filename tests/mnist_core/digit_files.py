"""Files that hold digits, whole and broken, for the tests of what comes back from them."""

import io
import json
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
from PIL import Image

from mnist_core.store import Answer, NewDigit, OwnDigit, Store

SEVEN = [[[10.0, 10.0], [60.5, 10.0], [30.0, 110.0]], [[20.0, 60.0], [55.0, 60.0]]]
ANSWERS: list[Answer] = [
    {"judge": "=Lea, 2 layers", "run": 3, "digit": 7, "probability": 0.9524},
    {"judge": "Neighbours", "run": None, "digit": None, "probability": 0.4},
]


def image(seed: int) -> bytes:
    return np.random.default_rng(seed).integers(0, 256, 784).astype(np.uint8).tobytes()


def stored(store: Store) -> list[OwnDigit]:
    """A drawn 7 (number 1) and a photographed 4 (number 2)."""
    drawn = NewDigit(label=7, strokes=SEVEN, image=image(0), answers=ANSWERS, created=1_700_000_000.25)
    photographed = NewDigit(label=4, strokes=None, image=image(1), answers=ANSWERS[1:], created=1_600_000_000.5)
    store.digits.add_many([drawn, photographed])
    return store.digits.all()


def item(**changes: Any) -> dict[str, Any]:
    return {"label": 7, "strokes": SEVEN} | changes


def strokes_file(*items: Any) -> bytes:
    return json.dumps(items).encode()


def png(size: tuple[int, int] = (28, 28), mode: str = "L", kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind)
    return file.getvalue()


def zipped(members: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()
