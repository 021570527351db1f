"""Digits of a display whose segments stand apart, joined as a pen would draw them."""

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.ink_components import connected_components

# A segment fills this share of its box, and is this many times as long as wide.
_FULL, _LONG = 0.7, 2.0
# Segments are as wide as each other by this factor, and this many widths apart at most.
_ALIKE, _APART = 1.6, 2.5


def join_segments(ink: NDArray[np.floating]) -> NDArray[np.floating]:
    """Lengthen the segments until they meet, where all ink is upright and level segments, as of a clock's display.

    `ink` is (height, width), 0 where there is none; it is returned unchanged where it is anything else.
    """
    labels, components = connected_components(ink)
    boxes = [component.box for component in components]
    widths = [min(box.width, box.height) for box in boxes]
    # Two are a 1 where both are upright, one above the other.
    one = len(boxes) == 2 and boxes[0].gap_beside(boxes[1]) < 0 and all(box.height > box.width for box in boxes)
    if (len(boxes) < 3 and not one) or max(widths) > _ALIKE * min(widths):
        return ink
    for component, box in zip(components, boxes, strict=True):
        area = (labels[box.top : box.bottom, box.left : box.right] == component.labels[0]).sum()
        if area < _FULL * box.width * box.height or max(box.width, box.height) < _LONG * min(box.width, box.height):
            return ink
    joined = ink.copy()
    for box, width in zip(boxes, widths, strict=True):
        ends = round(_APART * width / 2)
        down, right = (0, ends) if box.width > box.height else (ends, 0)
        top, left = max(box.top - down, 0), max(box.left - right, 0)
        joined[top : box.bottom + down, left : box.right + right] = ink.max()
    return joined
