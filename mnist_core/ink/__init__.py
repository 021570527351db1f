"""Any drawing, strokes or image, turned into the 28x28 digit that MNIST's own makers would have produced."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.ink.normalise import normalise
from mnist_core.ink.photo import ink_of, read_image
from mnist_core.ink.strokes import Drawing, draw, read_strokes

__all__ = ["Drawing", "draw", "ink_of", "normalise", "read_drawings", "read_image", "read_strokes"]


def read_drawings(path: Path) -> list[tuple[int | None, NDArray[np.uint8] | None]]:
    """Labels (None: not known) and normalised 28x28 images (None: blank) of a strokes file (.json) or an image file."""
    if path.suffix.lower() == ".json":
        return [(drawing.label, normalise(draw(drawing))) for drawing in read_strokes(path)]
    return [(None, normalise(read_image(path)))]
