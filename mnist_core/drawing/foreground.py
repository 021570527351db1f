"""Ink separated from the background by its contrast, even in the shade.

Ink begins at Otsu's threshold, and its soft edge is kept by hysteresis (Canny, A computational approach to edge
detection, 1986).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.contrast import CLOSING, COARSE, SMALLEST, Plane, enlarged, ink_threshold, noise_level, reduced
from mnist_core.drawing.ink_components import component_sizes

# Pixels with less than this share of the ink's contrast are no part of its soft edge.
_EDGE = 0.1
# The edge of ink rises by a third of the contrast within this share of the shorter side.
_SHARP = 0.025
# A speck is smaller than this share of the largest component.
_SPECK = 0.12
# Ink is in the shade where its contrast is on average below this share of that of the picture.
_SHADE = 0.75
# Ink that touches the border with this share of its length is cut off.
_CUT = 0.8


def find_ink(contrast: Plane) -> Plane:
    """Find the ink where the contrast is high: an array of the same shape, from 0 (background) to 1 (ink)."""
    noise = noise_level(contrast)
    threshold = ink_threshold(contrast, noise)
    if threshold == 0:
        return np.zeros_like(contrast)
    full = float(np.percentile(contrast[contrast >= threshold], 75))
    labels, sizes = component_sizes(contrast > max(noise, _EDGE * full))
    extent = sizes.max(axis=1)
    # The edge of a shadow is soft, so only components with a sharp edge are kept.
    reach = max(round(_SHARP * min(labels.shape)), 3)
    blurred = cv2.GaussianBlur(contrast, (0, 0), reach / 8)
    square = np.ones((reach, reach), np.uint8)
    rise = cv2.dilate(blurred, square) - cv2.erode(blurred, square)
    sharp = (contrast >= threshold) & (rise >= max(noise, full / 3))
    sure = np.bincount(labels[sharp], minlength=len(extent)) > 0
    sure &= ~_wedges(labels, sizes)
    kept = sure & (extent > max(_SPECK * extent.max(where=sure, initial=0), SMALLEST * max(labels.shape)))
    ink_contrast = np.where(kept[labels], contrast, 0)
    core = (ink_contrast > full / 4) & (ink_contrast > 0.7 * cv2.dilate(ink_contrast, square))
    return (ink_contrast / _local_contrast(ink_contrast, core, full)).clip(0, 1).astype(np.float32)


def _local_contrast(contrast: Plane, ink: NDArray[np.bool_], full: float) -> Plane:
    """The contrast of the ink in each part of the picture, which is lower in the shade."""
    weights = reduced(ink.astype(np.float32), COARSE)
    width = max(weights.shape) / 15
    sums = cv2.GaussianBlur(reduced(np.where(ink, contrast, 0), COARSE), (0, 0), width)
    local = (sums + 1e-4 * full) / (cv2.GaussianBlur(weights, (0, 0), width) + 1e-4)
    return enlarged((local / _SHADE).clip(full / 3, full), contrast)


def _wedges(labels: NDArray[np.int32], sizes: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which components are between the border of the picture and the edge of a shadow, where no closing fits.

    They are no larger than half the closing, and as long as anywhere where they touch the border.
    """
    cut = np.zeros(len(sizes), bool)
    for side, axis in ((labels[0], 0), (labels[-1], 0), (labels[:, 0], 1), (labels[:, -1], 1)):
        touching = np.bincount(side, minlength=len(sizes))
        cut |= (touching > 0) & (touching >= _CUT * sizes[:, axis])
    return np.asarray(cut & (sizes.max(axis=1) < max(labels.shape) / CLOSING / 2))
