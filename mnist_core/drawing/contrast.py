"""How far each pixel of a picture is from its background: of any colour on any other, under even or uneven light.

The background under the ink is estimated by a grey-scale closing wider than any stroke (Gonzalez and Woods, Digital
Image Processing, "bottom-hat transformation") and subtracted; the threshold between ink and background is Otsu's (A
threshold selection method from gray-level histograms, 1979).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.ink_components import component_sizes

MAX_SIDE, COARSE = 1_000, 100
"""Longer side in pixels of the images that are segmented, and of the reduced ones that estimate the background."""
SMALLEST = 0.02
"""The smallest digit is this share of the longer side."""
CLOSING = 3
"""The closing is this part of the longer side."""
# Level and noise of the background are measured on this share of the pixels: in a tight crop most pixels are ink.
_BACKGROUND = 0.25
# Ink differs from its background by this share of the range of colours, and by this many standard deviations of the
# noise.
MIN_CONTRAST, _DEVIATIONS = 0.06, 5
# A picture has shadows where this share of what differs from a wide background does not from a narrow one.
_SHADOWS = 0.15
# A strip, such as the table beside the paper, touches at least this share of a side.
_ALONG = 0.9

_BRIGHTNESS = np.array([0.299, 0.587, 0.114], np.float32)

Plane = NDArray[np.float32]
"""One number a pixel, (height, width)."""
Colours = NDArray[np.float32]
"""Red, green and blue of each pixel from 0 to 1, (height, width, 3)."""


def measure_contrast(colours: Colours, by_colour: bool = True) -> Plane:
    """How far each pixel of a picture is from the background there, in the direction of the ink's colour.

    `colours` are at most `MAX_SIDE` on a side. Returns (height, width), around 0 for the background and up to 1 for
    ink. Where it is not `by_colour`, it is by brightness alone.
    """
    axis = _ink_axis(colours) if by_colour else _BRIGHTNESS
    grey = np.asarray(colours @ axis, np.float32)
    # A closing flattens a slope at the border, so the gradient of the light is removed first.
    level = grey - _slope(grey, 0) - _slope(grey, 1)
    level, grey = (level, grey) if _is_dark_on_light(level) else (-level, -grey)
    contrast = _bottom_hat(level, max(grey.shape) // CLOSING)
    noise = noise_level(contrast)
    strokes = contrast > ink_threshold(contrast, noise)
    depth = cv2.distanceTransform(np.pad(strokes, 1).astype(np.uint8), cv2.DIST_L2, 5)
    size = 4 * round(float(depth.max())) + 5
    if size >= max(grey.shape) / 4:
        return contrast
    # A closing twice as wide as the strokes keeps the edges of shadows, but takes off the soft edge of ink.
    narrow = _bottom_hat(grey, size)
    above = contrast > noise
    return narrow if (narrow[above] < noise).sum() > _SHADOWS * above.sum() else contrast


def noise_level(contrast: Plane) -> float:
    """The contrast above which a pixel is more than noise."""
    # 0.3186 standard deviations hold a quarter of a normal distribution.
    deviation = float(np.quantile(np.abs(contrast), _BACKGROUND)) / 0.3186
    return max(MIN_CONTRAST, _DEVIATIONS * deviation)


def ink_threshold(contrast: Plane, noise: float) -> float:
    """Otsu's threshold among the pixels above the noise; 0 where there are none."""
    above = np.sort(contrast[contrast > noise])
    if len(above) == 0:
        return 0.0
    # Dirt smaller than the smallest digit must not set the threshold.
    dirt = min(int((SMALLEST * max(contrast.shape)) ** 2), len(above) // 2)
    largest = above[-1 - dirt]
    # Of all thresholds, the one with the largest variance between the two classes that it divides the values into.
    counts, edges = np.histogram(above.clip(max=largest), 256, (0, largest))
    centres = (edges[:-1] + edges[1:]) / 2
    below = counts.cumsum()[:-1]
    sums = (counts * centres).cumsum()
    rest = counts.sum() - below
    between = below * rest * (sums[:-1] / below.clip(1) - (sums[-1] - sums[:-1]) / rest.clip(1)) ** 2
    return float(edges[1:-1][between.argmax()])


def reduced(image: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """A (height, width) or (height, width, 3) image averaged to a longer side of at most `side` pixels."""
    height, width = image.shape[:2]
    share = min(side / max(height, width), 1)
    size = (max(round(width * share), 1), max(round(height * share), 1))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)


def enlarged(coarse: Plane, like: Plane) -> Plane:
    """Scale an image that `reduced` made of `like` back to its size."""
    return np.asarray(cv2.resize(coarse, like.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _ink_axis(colours: Colours) -> NDArray[np.float32]:
    """The line in the space of colours along which ink and background differ most, (3,): weights that sum to 1.

    The first principal component of what is finer than the background.
    """
    coarse = reduced(colours, COARSE)
    background = np.asarray(cv2.GaussianBlur(coarse, (0, 0), max(coarse.shape) / 20), np.float32)
    fine = colours - enlarged(background, colours)
    covariance = np.einsum("ijk,ijl->kl", fine, fine)
    axis = np.linalg.eigh(covariance)[1][:, -1]
    axis *= (1 if axis.sum() >= 0 else -1) / np.abs(axis).sum()
    return np.asarray(axis, np.float32)


def _is_dark_on_light(level: Plane) -> bool:
    """Whether the ink is darker than the background."""
    # Near the ink most pixels are background, and so are most pixels of the border; this outvotes a dark table.
    coarse = reduced(level, COARSE)
    square = np.ones((max(coarse.shape) // 3,) * 2, np.uint8)
    lightest, darkest = cv2.dilate(coarse, square), cv2.erode(coarse, square)
    side = (2 * coarse - lightest - darkest) * (lightest - darkest)
    border = np.concatenate([side[0], side[-1], side[:, 0], side[:, -1]])
    return bool(4 * side.mean() + border.mean() >= 0)


def _bottom_hat(level: Plane, size: int) -> Plane:
    """How much darker each pixel is than the background, which a closing by a square of `size` pixels estimates."""
    contrast = cv2.morphologyEx(level, cv2.MORPH_BLACKHAT, np.ones((size | 1,) * 2, np.uint8))
    smooth = cv2.GaussianBlur(contrast - np.quantile(contrast, _BACKGROUND), (0, 0), max(contrast.shape) / MAX_SIDE)
    smooth[_strips(smooth > MIN_CONTRAST)] = 0
    # Where there is no ink, the background itself is a better estimate than the closing.
    smooth -= _shade(smooth, smooth > ink_threshold(smooth, MIN_CONTRAST))
    smooth[_strips(smooth > noise_level(smooth))] = 0
    return np.asarray(smooth)


def _slope(grey: Plane, axis: int) -> Plane:
    """The linear gradient along an axis: the median over pairs of pixels half the image apart."""
    coarse = reduced(grey, COARSE)
    half = coarse.shape[axis] // 2
    if half == 0:
        return np.zeros_like(grey)
    places = np.arange(grey.shape[axis], dtype=np.float32)
    pairs = coarse.take(range(half, coarse.shape[axis]), axis) - coarse.take(range(coarse.shape[axis] - half), axis)
    rise = np.median(pairs) / (half * grey.shape[axis] / coarse.shape[axis])
    return np.expand_dims(np.float32(rise) * places, 1 - axis)


def _shade(contrast: Plane, ink: NDArray[np.bool_]) -> Plane:
    """The local mean over pixels that are not ink (normalised convolution, Knutsson and Westin, 1993)."""
    coarse, share = reduced(contrast, COARSE), reduced(ink.astype(np.float32), COARSE)
    width = min(coarse.shape) / 20
    around = np.ones((2 * round(width) + 1,) * 2, np.uint8)
    background = cv2.erode((share == 0).astype(np.float32), around)
    reach = 2 * round(10 * width) + 1
    sums, weights = (
        cv2.GaussianBlur(image, (reach, reach), width, borderType=cv2.BORDER_REFLECT)
        for image in (coarse * background, background)
    )
    return enlarged(sums / (weights + 1e-12), contrast)


def _strips(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mask of components along nearly a whole side that do not reach the middle half of the image."""
    labels, sizes = component_sizes(ink)
    strip = np.zeros(len(sizes), bool)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        strip |= np.bincount(side, minlength=len(sizes)) > _ALONG * len(side)
    height, width = ink.shape
    strip[labels[height // 4 : height - height // 4, width // 4 : width - width // 4]] = False
    strip[0] = False
    return np.asarray(strip[labels])
