"""Digits that touch, cut apart where a model is surest of both sides."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.ink_components import connected_components, cut_out, union
from mnist_core.drawing.normalisation import normalise
from mnist_core.drawing.thinning import stroke_width, thin_strokes

Confidence: TypeAlias = Callable[[NDArray[np.uint8]], NDArray[np.floating]]
"""How sure a model is of its digit, 0 to 1, for each of (n, 28, 28) images."""

# Digits that touch are together wider than this share of their height; a cut is right where both sides are read so
# surely.
_WIDE, _THREE, _SURE, _BETTER = 1.0, 1.6, 0.9, 0.2
# Places of a cut, its slants to the right, and how many strokes it goes through at most.
_CUTS, _CUT = 13, 5
_SLANTS = (0.0, 0.15, 0.3, -0.15)


def split_touching(digit: NDArray[np.number], confidence: Confidence, most: int = 4) -> list[NDArray[np.number]]:
    """Split one of the digits that `split_digits` gives, where it is several that touch, `most` at most.

    It is cut where a model is surest of both sides, and not at all where that is not sure.
    """
    height, width = digit.shape
    if most < 2 or width < _WIDE * height:
        return [digit]
    whole = float(confidence(_image(digit)[None])[0])
    if whole >= _SURE:
        return [digit]
    most_ink = _CUT * stroke_width(np.pad(digit / digit.max(), 1))
    places = np.linspace(0.2, 0.8, _CUTS).tolist()
    cuts = [cut for slant in _SLANTS for place in places if (cut := _halves(digit, place, slant, most_ink))]
    if not cuts:
        return [digit]
    sure = confidence(np.stack([_image(side) for cut in cuts for side in cut])).reshape(-1, 2)
    if sure.min(axis=1).max() >= max(_SURE, whole + _BETTER):
        return list(cuts[int(sure.min(axis=1).argmax())])
    if width < _THREE * height:
        return [digit]
    # Three or more: one side is a digit, the other one is cut again.
    best = cuts[int(sure.max(axis=1).argmax())]
    parts = [part for side in best for part in split_touching(side, confidence, most - 1)]
    return parts if len(parts) > 2 else [digit]


def _image(digit: NDArray[np.number]) -> NDArray[np.uint8]:
    image = normalise(thin_strokes(digit))
    assert image is not None
    return image


def _halves(
    digit: NDArray[np.number], place: float, slant: float, most_ink: float
) -> tuple[NDArray[np.number], NDArray[np.number]] | None:
    """Both sides of a cut at a share of the width that leans to the right.

    None where one is too narrow for a digit, or where the cut goes through more than `most_ink` pixels of ink.
    """
    height, width = digit.shape
    rows, columns = np.mgrid[:height, :width]
    aside = columns - place * width - slant * (height / 2 - rows)
    right_half = aside > 0
    if (digit[np.abs(aside) <= 0.5] > 0.5 * digit.max()).sum() > most_ink:
        return None
    halves = np.where(right_half, 0, digit), np.where(right_half, digit, 0)
    cropped = []
    for half in halves:
        labels, components = connected_components(half)
        if not components:
            return None
        # Slivers of the other digit.
        kept = [group for group in components if max(group.box.height, group.box.width) > 0.25 * height]
        if not kept:
            return None
        cropped.append(cut_out(half, labels, union(kept)))
    if min(half.shape[0] for half in cropped) < 0.5 * height or min(half.shape[1] for half in cropped) < 0.1 * height:
        return None
    return cropped[0], cropped[1]
