"""Ruled lines, margins and creases taken off a picture, of any distance and colour, without cutting the digit.

Lines are found as by the Hough transform (Duda and Hart, Use of the Hough transformation to detect lines and curves in
pictures, 1972), but by a low quantile along the line in place of a sum, so that nothing counts that is not a line from
one side of the picture to the other; they are removed as staff lines are from sheet music: but for the pixels where ink
crosses them.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.contrast import Plane

_BANDS = 24
"""Parts along a line that are averaged."""
# Share of them that may show no line, and that may show none because of thick ink.
_GAPS, _HIDDEN = 0.25, 0.5
_STEEPEST = 0.14  # slope of a line against the side of the picture
# Of the side of the picture: the thickest line.
_THICKEST = 0.012
# Least contrast of a line, and how many times the median contrast of all straight ways through the picture it is.
_FAINTEST, _PROMINENT = 0.02, 8


@dataclass(frozen=True)
class _Line:
    """Row of a line in each column, how far it reaches to either side, and its contrast there."""

    rows: NDArray[np.int64]
    reach: int
    level: Plane


def remove_ruling(contrast: Plane) -> Plane:
    """Set straight thin lines across the picture or down it to 0, where no ink crosses them.

    `contrast` is (height, width), as `measure_contrast` gives it; so is the result.
    """
    upright = _remove_rows(contrast)
    return np.ascontiguousarray(_remove_rows(np.ascontiguousarray(upright.T)).T)


def _remove_rows(contrast: Plane) -> Plane:
    thickest = max(round(_THICKEST * max(contrast.shape)), 3)
    if min(contrast.shape) < 4 * _BANDS:
        return contrast
    left = contrast.copy()
    band = np.zeros(contrast.shape, bool)
    lines = _find_lines(contrast, thickest)
    columns = np.arange(contrast.shape[1])
    for line in lines:
        for offset, level in zip(range(-line.reach, line.reach + 1), line.level, strict=True):
            rows = line.rows + offset
            inside = (rows >= 0) & (rows < len(contrast))
            at = rows[inside], columns[inside]
            band[at] = True
            left[at] = np.where(contrast[at] > level, contrast[at], 0)
    if not lines:
        return contrast
    # Ink no darker than the line it crosses: it goes on above and below.
    bridge = 2 * max(line.reach for line in lines) + 3
    level = max(float(line.level.max()) for line in lines) / 2
    ink = cv2.morphologyEx(left, cv2.MORPH_CLOSE, np.ones((bridge, bridge), np.uint8)) > level
    return np.where(band & ink & (left == 0), contrast, left)


def _find_lines(contrast: Plane, thickest: int) -> list[_Line]:
    height, width = contrast.shape
    edges = np.linspace(0, width, _BANDS + 1).astype(int)
    bands = np.stack([contrast[:, start:end].mean(axis=1) for start, end in pairwise(edges)])
    # Only what is thin: not the bar of a thick digit, under which a line may be or not, or the edge of a shadow.
    bands = bands.clip(0)
    thick = cv2.morphologyEx(bands, cv2.MORPH_OPEN, np.ones((1, 2 * thickest + 1), np.uint8))
    thin = cv2.blur(bands - thick, (3, 1))
    middles = (edges[:-1] + edges[1:]) / 2 - width / 2
    slopes = np.arange(-_STEEPEST, _STEEPEST, 2 / width)
    shifts = np.round(slopes[:, None] * middles).astype(int)
    margin = int(np.abs(shifts).max())
    # Where thick ink is, and outside of the picture, what is seen of a line elsewhere decides.
    seen, hidden = (
        np.pad(values, ((0, 0), (margin, margin)), constant_values=outside)
        for values, outside in ((thin, 0), (np.where(thick > _FAINTEST, 1, thin), 1))
    )
    votes = np.empty((len(slopes), height), np.float32)
    rows = np.arange(height) + margin
    for number, shift in enumerate(shifts):
        along = np.arange(_BANDS)[:, None], rows + shift[:, None]
        some, most = (
            np.partition(values[along], int(share * _BANDS), axis=0)[int(share * _BANDS)]
            for values, share in ((seen, _HIDDEN), (hidden, _GAPS))
        )
        votes[number] = np.minimum(some, most)
    least = max(_FAINTEST, _PROMINENT * float(np.median(votes)))
    lines = list[_Line]()
    while len(lines) < height // 4:
        number, row = (int(place) for place in np.unravel_index(votes.argmax(), votes.shape))
        if votes[number, row] < least:
            break
        lines.append(_trace(contrast, row + slopes[number] * (np.arange(width) - width / 2), thickest))
        # No other line crosses it.
        reach = thickest + np.abs(slopes - slopes[number]) * width / 2
        votes[np.abs(np.arange(height) - row) <= reach[:, None]] = 0
    return lines


def _trace(contrast: Plane, rows: NDArray[np.float64], thickest: int) -> _Line:
    """Follow a line that may be bent a little, and measure its profile."""
    height, width = contrast.shape
    columns = np.arange(width)
    offsets = np.arange(-2 * thickest, 2 * thickest + 1)
    at = np.round(rows).astype(int)[None] + offsets[:, None]
    around = np.where((at >= 0) & (at < height), contrast[at.clip(0, height - 1), columns], 0)
    smooth = cv2.blur(around, (max(width // 30, 1), 3))
    near = smooth[thickest:-thickest]
    bend = near.argmax(axis=0) - thickest
    strength = near.max(axis=0)
    sure = strength < 2 * np.median(strength)
    sure &= np.abs(bend - np.median(bend[sure])) <= thickest / 2
    if sure.sum() < width / 4:
        curve = np.zeros(width)
    else:
        for _ in range(2):
            curve = np.polynomial.Polynomial.fit(columns[sure], bend[sure], 2)(columns)
            sure &= np.abs(bend - curve) <= 2
            if sure.sum() < width / 4:
                break
    curve = np.where(np.abs(curve) <= thickest, curve, 0)
    followed = np.round(rows + curve).astype(int)
    at = followed[None] + offsets[thickest:-thickest, None]
    around = np.where((at >= 0) & (at < height), contrast[at.clip(0, height - 1), columns], 0)
    middle = np.median(around, axis=1)
    spread = np.median(np.abs(around - middle[:, None]), axis=1)
    reach = int(np.abs(offsets[thickest:-thickest][middle > 0.15 * middle.max()]).max(initial=1))
    reach = min(reach + 1, thickest)
    kept = slice(thickest - reach, thickest + reach + 1)
    level = 1.2 * middle + np.minimum(4 * spread, 0.4 * middle) + 0.03
    # A pixel to either side, since lines lie between pixels.
    level = cv2.dilate(level.astype(np.float32), np.ones((1, 3), np.uint8))[0, kept]
    return _Line(followed, reach, np.asarray(level, np.float32))
