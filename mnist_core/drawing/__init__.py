"""Any drawing, strokes or image, turned into the 28x28 digit that MNIST's own makers would have produced."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.normalisation import follow, normalise
from mnist_core.drawing.pen import draw, paint
from mnist_core.drawing.photo import MOST_BYTES, MOST_PIXELS, read_bytes, read_image
from mnist_core.drawing.rows import split_row
from mnist_core.drawing.strokes import Drawing, read_strokes
from mnist_core.drawing.thinning import thin_strokes

__all__ = [
    "MOST_BYTES",
    "MOST_PIXELS",
    "Drawing",
    "draw",
    "follow",
    "normalise",
    "paint",
    "read_bytes",
    "read_drawings",
    "read_image",
    "read_strokes",
    "split_row",
    "thin_strokes",
]


def read_drawings(path: Path) -> Iterator[tuple[int | None, NDArray[np.number]]]:
    """Labels (None: not known) and ink for `normalise` of the drawings in a strokes file (.json) or in a picture."""
    if path.suffix.lower() == ".json":
        for drawing in read_strokes(path):
            yield drawing.label, draw(drawing.strokes)
    else:
        picture = read_image(path)
        for part in split_row(picture) or [picture]:
            yield None, thin_strokes(part)
