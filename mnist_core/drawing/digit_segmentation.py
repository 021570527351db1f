"""Ink split into single digits: rows of digits, and digits of several parts."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.ink_components import Box, Group, connected_components, cut_out, union

# Parts of one digit, one above the other, share this part of the narrower one's columns.
_OVERLAP = 0.5
# What is lower than this share of its neighbour's height is a fragment of it, where it is not farther away than the
# second share, or than the third one where one is above the other.
_FRAGMENT, _NEAR, _NEAR_ABOVE = 0.6, 0.13, 0.25
# Two parts as tall as each other are one digit, the two rounds of an 8, where the gap is lower than this share.
_TOUCHING = 0.08
# Two digits are in one row where they share this part of the lower one's height.
_SAME_ROW = 0.35
# A group lower than this share of the tallest one is dirt.
_DIRT = 0.2


def split_digits(ink: NDArray[np.number]) -> list[NDArray[np.number]]:
    """Split digits written in rows, from left to right and from top to bottom.

    `ink` is (height, width), any unit, 0 where there is no ink. Returns the bounding box of each digit, cut out of
    `ink`, with other digits' ink in it set to 0; an empty list where there is no ink. Digits that touch are not split.
    """
    labels, components = connected_components(ink)
    return [cut_out(ink, labels, group) for group in _in_reading_order(_joined(components))]


def _joined(groups: Sequence[Group]) -> list[Group]:
    """The groups with those that belong to one digit put together."""
    joined: list[Group] = []
    for group in sorted(groups, key=lambda group: -group.box.height):
        while (other := next((part for part in joined if _belong_together(part.box, group.box)), None)) is not None:
            joined.remove(other)
            group = union([other, group])
        joined.append(group)
    tallest = max((group.box.height for group in joined), default=0)
    return [group for group in joined if max(group.box.height, group.box.width) > _DIRT * tallest]


def _belong_together(first: Box, second: Box) -> bool:
    tall, low = max(first.height, second.height), min(first.height, second.height)
    beside, above = first.gap_beside(second), first.gap_above(second)
    if -beside >= _OVERLAP * min(first.width, second.width):
        fragment = low < _FRAGMENT * tall
        return above <= (_NEAR_ABOVE * tall if fragment else _TOUCHING * (tall + low))
    near = _NEAR * max(tall, first.width, second.width)
    return low < _FRAGMENT * tall and beside <= near and above <= near


def _in_reading_order(groups: Sequence[Group]) -> list[Group]:
    rows: list[list[Group]] = []
    for group in sorted(groups, key=lambda group: -group.box.height):
        for row in rows:
            if -row[0].box.gap_above(group.box) >= _SAME_ROW * group.box.height:
                row.append(group)
                break
        else:
            rows.append([group])
    rows.sort(key=lambda row: row[0].box.top)
    return [group for row in rows for group in sorted(row, key=lambda group: group.box.left)]
