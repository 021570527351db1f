"""Ink, stroke width and slant of images, and which of them are unusual for MNIST in a drawing."""

import numpy as np
from numpy.typing import NDArray

UNITS = {"ink": "pixels", "stroke width": "pixels", "slant": "degrees"}
"""The measures and their units; a slant to the right is positive."""
_BATCH = 500  # images measured at a time, so that intermediate arrays fit into the processor's cache
_DESCRIPTIONS = {
    "ink": ("less ink", "more ink"),
    "stroke width": ("thinner strokes", "thicker strokes"),
    "slant": ("a stronger slant to the left", "a stronger slant to the right"),
}


def measure_strokes(images: NDArray[np.uint8]) -> dict[str, NDArray[np.float64]]:
    """Ink, stroke width and slant of (n, 28, 28) images, an array (n,) for each; the units are in `UNITS`.

    The ink is the sum of the grey levels, white being 1. A stroke's outline is about twice as long as the stroke, so
    its width is twice the ink divided by the length of the outline, which is the sum of the gradient's magnitude. The
    slant is the angle of the shear that makes the digit upright, from its second moments as in usual deslanting.
    """
    parts = [_measure_batch(images[start : start + _BATCH]) for start in range(0, len(images), _BATCH)]
    return {name: np.concatenate([part[name] for part in parts]) for name in UNITS}


def unusual_measures(
    drawing: dict[str, NDArray[np.float64]], others: dict[str, NDArray[np.float64]], share: float = 0.01
) -> dict[str, float]:
    """Those measures of one drawing that are more extreme than in all but a `share` of the others.

    Both arguments are results of `measure_strokes`, that of the drawing for one image. Returns descriptions, such as
    `thicker strokes`, with the share of the others, 0 to 1, that are even more extreme.
    """
    unusual = {}
    for name, values in others.items():
        below, above = (values < drawing[name]).mean(), (values > drawing[name]).mean()
        if min(below, above) < share:
            unusual[_DESCRIPTIONS[name][int(above < below)]] = float(min(below, above))
    return unusual


def _measure_batch(images: NDArray[np.uint8]) -> dict[str, NDArray[np.float64]]:
    levels = images.astype(np.float32) / 255
    ink = levels.sum(axis=(1, 2), dtype=np.float64).clip(min=1e-6)
    padded = np.pad(levels, ((0, 0), (1, 1), (1, 1)))
    down, right = padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1], padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]
    outline = (np.hypot(down, right) / 2).sum(axis=(1, 2), dtype=np.float64)
    positions = np.arange(28.0)
    by_row, by_column = levels.sum(axis=2, dtype=np.float64), levels.sum(axis=1, dtype=np.float64)
    rows = positions - (by_row @ positions / ink)[:, None]
    columns = positions - (by_column @ positions / ink)[:, None]
    variance = (by_row * rows**2).sum(axis=1)
    covariance = np.einsum("nij,ni,nj->n", levels, rows, columns, optimize=True)
    slant = np.degrees(np.arctan2(-covariance, variance))
    return {"ink": ink, "stroke width": 2 * ink / outline.clip(min=1e-6), "slant": slant}
