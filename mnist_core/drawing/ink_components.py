"""Connected components of ink, and the boxes around them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Box:
    """Part of a picture in pixels; bottom and right are exclusive."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left

    def around(self, other: "Box") -> "Box":
        """The smallest box around both."""
        return Box(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )

    def gap_beside(self, other: "Box") -> int:
        """Columns between the two; negative where they share some."""
        return max(self.left, other.left) - min(self.right, other.right)

    def gap_above(self, other: "Box") -> int:
        """Rows between the two; negative where they share some."""
        return max(self.top, other.top) - min(self.bottom, other.bottom)


@dataclass(frozen=True)
class Group:
    """The components of one digit: their numbers, and the box around them."""

    labels: tuple[int, ...]
    box: Box


def connected_components(ink: NDArray[np.number]) -> tuple[NDArray[np.int32], list[Group]]:
    """The component of each pixel, 0 for the background, and the components, each a group of its own."""
    labels, boxes = _label(ink > 0)
    return labels, [
        Group((number,), Box(top, left, top + height, left + width))
        for number, (left, top, width, height) in enumerate(boxes[1:].tolist(), start=1)
    ]


def component_sizes(ink: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The component of each pixel, 0 for the background, and width and height of each component, (n, 2); 0 for it.

    Like `connected_components`, for ink with thousands of specks.
    """
    labels, boxes = _label(ink)
    sizes = boxes[:, 2:]
    sizes[0] = 0
    return labels, sizes


def cut_out(ink: NDArray[np.number], labels: NDArray[np.int32], group: Group) -> NDArray[np.number]:
    """The box of a group, with the ink of others in it set to 0."""
    box = np.s_[group.box.top : group.box.bottom, group.box.left : group.box.right]
    return np.where(np.isin(labels[box], group.labels), ink[box], 0)


def union(groups: Sequence[Group]) -> Group:
    """The components of all groups as one."""
    box = reduce(Box.around, (group.box for group in groups))
    return Group(tuple(label for group in groups for label in group.labels), box)


def _label(ink: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The component of each pixel, and left, top, width and height of each, (n, 4), of the background first."""
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    # Its columns are in this order, the area after them.
    return np.asarray(labels, np.int32), np.asarray(statistics[:, : cv2.CC_STAT_AREA], np.int32)
