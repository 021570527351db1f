"""Ink separated from its background: dark on light or light on dark, under even or uneven light.

The background under the ink is estimated by a grey-scale closing wider than any stroke (Gonzalez and Woods, Digital
Image Processing, "bottom-hat transformation") and subtracted; the threshold between ink and background is Otsu's (A
threshold selection method from gray-level histograms, 1979); the soft edge of the ink is kept by hysteresis (Canny, A
computational approach to edge detection, 1986).
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# scipy.ndimage is imported where it is used: it would double the time that this package takes to load.

MAX_SIDE, _COARSE = 1_000, 100
"""Longer side in pixels of the images that are segmented, and of the reduced ones that estimate the background."""
# Level and noise of the background are measured on this share of the pixels: in a tight crop most pixels are ink.
_BACKGROUND = 0.25
# Ink differs from its background by this share of the range from black to white, and by this many standard deviations
# of the noise.
_MIN_CONTRAST, _DEVIATIONS = 0.06, 5
# Pixels with less than this share of the ink's contrast are no part of its soft edge.
_EDGE = 0.1
# The edge of ink rises by a third of the contrast within this share of the shorter side.
_SHARP = 0.025
# A speck is smaller than this share of the largest component; the smallest digit is this share of the longer side.
_SPECK, _SMALLEST = 0.12, 0.02
# A strip, such as the table beside the paper, touches at least this share of a side.
_ALONG = 0.9


def find_ink(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """Find the ink in a grey image, (height, width) from 0 (black) to 1 (white), at most `MAX_SIDE` on a side.

    Returns an array of the same shape, from 0 (background) to 1 (ink).
    """
    from scipy import ndimage

    contrast = _contrast(grey)
    smooth = ndimage.gaussian_filter(contrast - np.quantile(contrast, _BACKGROUND), max(contrast.shape) / MAX_SIDE)
    smooth[_strips(smooth > _MIN_CONTRAST)] = 0
    # Where there is no ink, the background itself is a better estimate than the closing.
    smooth -= _shade(smooth, smooth > _threshold(smooth, _MIN_CONTRAST))
    # 0.3186 standard deviations hold a quarter of a normal distribution.
    deviation = float(np.quantile(np.abs(smooth), _BACKGROUND)) / 0.3186
    noise = max(_MIN_CONTRAST, _DEVIATIONS * deviation)
    smooth[_strips(smooth > noise)] = 0
    threshold = _threshold(smooth, noise)
    if threshold == 0:
        return np.zeros_like(contrast)
    full = np.percentile(smooth[smooth >= threshold], 75)
    labels, extent = _components(smooth > max(noise, _EDGE * full))
    # The edge of a shadow is soft, so only components with a sharp edge are kept.
    reach = max(round(_SHARP * min(labels.shape)), 3)
    blurred = ndimage.gaussian_filter(smooth, reach / 8)
    rise = ndimage.maximum_filter(blurred, reach) - ndimage.minimum_filter(blurred, reach)
    sharp = (smooth >= threshold) & (rise >= max(noise, full / 3))
    sure = np.bincount(labels[sharp], minlength=len(extent)) > 0
    kept = sure & (extent > max(_SPECK * extent.max(where=sure, initial=0), _SMALLEST * max(labels.shape)))
    return np.where(kept[labels], smooth / full, 0).clip(0, 1)


def _contrast(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much darker each pixel is than the background there, or lighter where the ink is light."""
    from scipy import ndimage

    coarse = _reduced(grey)
    # A closing flattens a slope at the border, so the gradient of the light is removed first.
    slope = _slope(coarse, 0) + _slope(coarse, 1)
    level = coarse - slope
    size = max(level.shape) // 3
    # Near the ink most pixels are background, and so are most pixels of the border; this outvotes a dark table.
    lightest, darkest = ndimage.maximum_filter(level, size), ndimage.minimum_filter(level, size)
    side = (2 * level - lightest - darkest) * (lightest - darkest)
    border = np.concatenate([side[0], side[-1], side[:, 0], side[:, -1]])
    dark_ink = 4 * side.mean() + border.mean() >= 0
    filled = ndimage.grey_closing(level, size) if dark_ink else ndimage.grey_opening(level, size)
    difference = _enlarged(slope + filled, grey) - grey
    return difference if dark_ink else -difference


def _slope(grey: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """The linear gradient along an axis: the median over pairs of pixels half the image apart."""
    places = np.arange(grey.shape[axis])
    half = len(places) // 2
    if half == 0:
        return np.zeros_like(grey)
    rise = np.median(grey.take(places[half:], axis) - grey.take(places[:-half], axis)) / half
    return np.expand_dims(rise * places, 1 - axis)


def _reduced(image: NDArray[np.floating]) -> NDArray[np.float64]:
    """The image averaged over squares to a longer side of at most `_COARSE` pixels."""
    return np.asarray(Image.fromarray(image.astype(np.float32)).reduce(-(-max(image.shape) // _COARSE)), np.float64)


def _enlarged(coarse: NDArray[np.float64], like: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale an image that `_reduced` made of `like` back to its size; the last squares may reach over the border."""
    height, width = like.shape
    factor = -(-max(height, width) // _COARSE)
    box = (0, 0, width / factor, height / factor)
    image = Image.fromarray(coarse.astype(np.float32)).resize((width, height), Image.Resampling.BILINEAR, box)
    return np.asarray(image, np.float64)


def _shade(contrast: NDArray[np.float64], ink: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The local mean over pixels that are not ink (normalised convolution, Knutsson and Westin, 1993)."""
    from scipy import ndimage

    coarse, share = _reduced(contrast), _reduced(ink.astype(np.float32))
    width = min(coarse.shape) / 20
    background = ndimage.minimum_filter(share == 0, 2 * round(width) + 1).astype(np.float64)
    sums, weights = (ndimage.gaussian_filter(image, width, truncate=10) for image in (coarse * background, background))
    return _enlarged(sums / (weights + 1e-12), contrast)


def _strips(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mask of components along nearly a whole side that do not reach the middle half of the image."""
    labels, extent = _components(ink)
    strip = np.zeros(len(extent), bool)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        strip |= np.bincount(side, minlength=len(extent)) > _ALONG * len(side)
    height, width = ink.shape
    strip[labels[height // 4 : height - height // 4, width // 4 : width - width // 4]] = False
    strip[0] = False
    return strip[labels]


def _components(ink: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The component of each pixel, 0 for the background, and the longer side of each component's box, 0 for it."""
    from scipy import ndimage

    labels, _ = ndimage.label(ink, np.ones((3, 3)))
    boxes = ndimage.find_objects(labels)
    return labels, np.array([0] + [max(side.stop - side.start for side in box) for box in boxes])


def _threshold(contrast: NDArray[np.float64], noise: float) -> float:
    """Otsu's threshold among the pixels above the noise; 0 where there are none."""
    above = np.sort(contrast[contrast > noise])
    if len(above) == 0:
        return 0.0
    # Dirt smaller than the smallest digit must not set the threshold.
    dirt = min(int((_SMALLEST * max(contrast.shape)) ** 2), len(above) // 2)
    largest = above[-1 - dirt]
    # Of all thresholds, the one with the largest variance between the two classes that it divides the values into.
    counts, edges = np.histogram(above.clip(max=largest), 256, (0, largest))
    centres = (edges[:-1] + edges[1:]) / 2
    below = counts.cumsum()[:-1]
    sums = (counts * centres).cumsum()
    rest = counts.sum() - below
    between = below * rest * (sums[:-1] / below.clip(1) - (sums[-1] - sums[:-1]) / rest.clip(1)) ** 2
    return float(edges[1:-1][between.argmax()])
