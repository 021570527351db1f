"""How like MNIST a drawing is: its ink, the width of its strokes and its slant beside those of many images."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNITS = {"ink": "pixels", "stroke width": "pixels", "slant": "degrees"}
"""What is measured, and in which unit; a slant to the right is above 0."""
_AT_ONCE = 500
"""Images whose numbers fit into the processor's cache."""
_WORDS = {
    "ink": ("less ink", "more ink"),
    "stroke width": ("thinner strokes", "thicker strokes"),
    "slant": ("a stronger slant to the left", "a stronger slant to the right"),
}


@dataclass(frozen=True)
class Unlike:
    """A measure of a drawing that few images share: in words, and the share of the images that lie beyond it."""

    words: str
    share: float


def measures(images: NDArray[np.uint8]) -> dict[str, NDArray[np.float64]]:
    """Ink, stroke width and slant of each of (n, 28, 28) images, (n,) each; the units are those of `UNITS`.

    The ink is the sum of the grey levels, white being 1. A stroke's outline is about twice as long as the stroke, so
    its width is twice its ink by the length of its outline, which is the sum of the gradient. The slant is that which
    a shear along the rows takes away (by second moments, as is usual for deslanting).
    """
    parts = [_measures(images[start : start + _AT_ONCE]) for start in range(0, len(images), _AT_ONCE)]
    return {name: np.concatenate([part[name] for part in parts]) for name in UNITS}


def unlike(
    drawing: dict[str, NDArray[np.float64]], others: dict[str, NDArray[np.float64]], share: float = 0.01
) -> list[Unlike]:
    """In what one drawing, (1,) a measure, lies beyond all but `share` of the others."""
    found = []
    for name, values in others.items():
        below, above = (values < drawing[name]).mean(), (values > drawing[name]).mean()
        if min(below, above) < share:
            found.append(Unlike(_WORDS[name][int(above < below)], float(min(below, above))))
    return found


def _measures(images: NDArray[np.uint8]) -> dict[str, NDArray[np.float64]]:
    levels = images.astype(np.float32) / 255
    ink = levels.sum(axis=(1, 2), dtype=np.float64).clip(min=1e-6)
    padded = np.pad(levels, ((0, 0), (1, 1), (1, 1)))
    down, right = padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1], padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]
    outline = (np.hypot(down, right) / 2).sum(axis=(1, 2), dtype=np.float64)
    places = np.arange(28.0)
    by_row, by_column = levels.sum(axis=2, dtype=np.float64), levels.sum(axis=1, dtype=np.float64)
    rows = places - (by_row @ places / ink)[:, None]
    columns = places - (by_column @ places / ink)[:, None]
    spread = (by_row * rows**2).sum(axis=1)
    joint = np.einsum("nij,ni,nj->n", levels, rows, columns, optimize=True)
    return {
        "ink": ink,
        "stroke width": 2 * ink / outline.clip(min=1e-6),
        "slant": np.degrees(np.arctan2(-joint, spread)),
    }
