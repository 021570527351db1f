"""What is around digits on paper and no digit: frames, circles, underlines, dots, holes, dashes and slashes."""

from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.ink_components import Box, Group, connected_components, union
from mnist_core.drawing.thinning import stroke_width

# A frame is seen in this share of all directions from what is in it, which is this part of its height at least.
_AROUND, _INNER = 0.85, 0.35
_DIRECTIONS = 36
# The side of a frame is this much narrower than high at least, and this much thinner than the strokes of what is in it.
_NARROW, _THINNER = 0.1, 0.5
# A dot fills this share of its box, whose sides are alike by this factor; it is this much smaller than a digit.
_FULL, _ROUND, _DOT = 0.65, 1.6, 0.45
# A line is this many times as long as high, an underline this much as wide as what is above it.
_FLAT, _UNDERLINE, _BESIDE = 3.0, 1.0, 0.2
# A dash shares no more than this part of its columns with other ink.
_SHARED = 0.25
# A slash is straight, leans so many degrees to the right, and is so much taller than the digits.
_STRAIGHT, _LEANING, _TALLER = 0.15, 15, 1.05


def remove_surroundings(ink: NDArray[np.floating]) -> NDArray[np.floating]:
    """Set to 0 what is around the digits: `ink` and the result are (height, width), 0 where there is no ink.

    Nothing is removed where nothing would be left.
    """
    labels, components = connected_components(ink)
    frames = {group.labels for group in components if _is_frame(group, components, labels)}
    rest = [group for group in components if group.labels not in frames]
    sides = _frame_sides(rest, labels)
    rest = [group for group in rest if group not in sides]
    tallest = max((max(group.box.height, group.box.width) for group in rest), default=0)
    rest = [group for group in rest if not _is_dot(group, labels, tallest)] or rest
    lines = {group.labels for group in rest if _is_underline(group.box, [other.box for other in rest])}
    rest = [group for group in rest if group.labels not in lines] or rest
    dashes = {group.labels for group in rest if _is_dash(group.box, [other.box for other in rest])}
    rest = [group for group in rest if group.labels not in dashes] or rest
    leaning = [group for group in rest if _is_leaning(group, labels)]
    upright = [group.box for group in rest if group not in leaning] or [group.box for group in leaning]
    slashes = {group.labels for group in leaning if _is_slash(group.box, upright, [other.box for other in rest])}
    rest = [group for group in rest if group.labels not in slashes]
    kept = [label for group in rest for label in group.labels]
    return np.where(np.isin(labels, kept), ink, 0)


def _inside(box: Box, outer: Box) -> bool:
    return box.top > outer.top and box.left > outer.left and box.bottom < outer.bottom and box.right < outer.right


def _is_frame(group: Group, components: Sequence[Group], labels: NDArray[np.int32]) -> bool:
    """Whether it lies around other ink: closed or nearly so."""
    inner = [other.box for other in components if _inside(other.box, group.box)]
    if not inner:
        return False
    box = reduce(Box.around, inner)
    if box.height < _INNER * group.box.height:
        return False
    view = np.s_[group.box.top : group.box.bottom, group.box.left : group.box.right]
    y, x = np.nonzero(labels[view] == group.labels[0])
    middle = (box.top + box.bottom) / 2 - group.box.top, (box.left + box.right) / 2 - group.box.left
    angles = np.arctan2(y - middle[0], x - middle[1])
    seen = np.unique(((angles / (2 * np.pi) + 0.5) * _DIRECTIONS).astype(int) % _DIRECTIONS)
    return bool(len(seen) >= _AROUND * _DIRECTIONS)


def _frame_sides(groups: Sequence[Group], labels: NDArray[np.int32]) -> list[Group]:
    """Both sides of a frame around all else, where its top and bottom went as ruled lines."""
    if len(groups) < 3:
        return []
    sides = [min(groups, key=lambda group: group.box.left), max(groups, key=lambda group: group.box.right)]
    inner = union([group for group in groups if group not in sides])
    for box in (side.box for side in sides):
        if box.width > _NARROW * box.height or box.top >= inner.box.top or box.bottom <= inner.box.bottom:
            return []
    strokes = stroke_width(np.pad(np.isin(labels, inner.labels).astype(np.float64), 1))
    areas = [(labels == side.labels[0]).sum() for side in sides]
    thin = [area <= _THINNER * strokes * side.box.height for area, side in zip(areas, sides, strict=True)]
    return sides if all(thin) else []


def _is_dot(group: Group, labels: NDArray[np.int32], tallest: int) -> bool:
    box = group.box
    if max(box.height, box.width) > _DOT * tallest or max(box.height, box.width) > _ROUND * min(box.height, box.width):
        return False
    area = (labels[box.top : box.bottom, box.left : box.right] == group.labels[0]).sum()
    return bool(area >= _FULL * box.height * box.width)


def _is_underline(box: Box, boxes: Sequence[Box]) -> bool:
    """Whether it is a flat line below other ink, at least as wide."""
    if box.width < _FLAT * box.height:
        return False
    near = _BESIDE * box.width
    above = [other for other in boxes if other != box and other.gap_beside(box) < near and other.bottom <= box.bottom]
    if not above:
        return False
    around = reduce(Box.around, above)
    return around.top < box.top and box.width >= _UNDERLINE * around.width and around.height > box.height


def _is_dash(box: Box, boxes: Sequence[Box]) -> bool:
    """Whether it is a flat line with nothing above and below."""
    shared = [-other.gap_beside(box) for other in boxes if other != box]
    return box.width >= _FLAT * box.height and bool(shared) and max(shared) <= _SHARED * box.width


def _is_leaning(group: Group, labels: NDArray[np.int32]) -> bool:
    """Whether it is a straight stroke that leans to the right."""
    y, x = np.nonzero(labels == group.labels[0])
    if len(y) < 2:
        return False
    variances, axes = np.linalg.eigh(np.cov(np.stack([x, -y])))
    along = axes[:, 1] * np.sign(axes[1, 1])
    leaning = np.degrees(np.arctan2(along[0], along[1]))
    return bool(variances[0] < _STRAIGHT**2 * variances[1] and leaning >= _LEANING)


def _is_slash(box: Box, upright: Sequence[Box], boxes: Sequence[Box]) -> bool:
    """Whether a leaning stroke is between other ink, and taller than all that does not lean."""
    if box.height < _TALLER * max((other.height for other in upright if other != box), default=0):
        return False
    before = any(other.left < box.left and other.right < box.right for other in boxes)
    return before and any(other.left > box.left and other.right > box.right for other in boxes)
