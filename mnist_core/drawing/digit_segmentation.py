"""A row of digits, split into single digits by connected components."""

import numpy as np
from numpy.typing import NDArray

# Two components belong to one digit if they overlap in this share of the narrower one's columns.
_OVERLAP = 0.5
# A component lower than the first share of the row's height is a fragment; it joins a digit no farther away than the
# second share of the height.
_FRAGMENT, _NEAR = 0.6, 0.12


def split_row(ink: NDArray[np.number]) -> list[NDArray[np.number]]:
    """Split digits written side by side, from left to right.

    `ink` is (height, width), any unit, 0 where there is no ink. Returns the bounding box of each digit, cut out of
    `ink`, with other digits' ink in it set to 0; an empty list where there is no ink. Digits that touch are not split.
    """
    from scipy import ndimage  # imported here, since it doubles the time that this package takes to load

    labels, _ = ndimage.label(ink > 0, np.ones((3, 3)))
    boxes = ndimage.find_objects(labels)
    if not boxes:
        return []
    row = max(box[0].stop for box in boxes) - min(box[0].start for box in boxes)
    # The bounding boxes of the digits so far, and the digit that each component belongs to.
    digits: list[tuple[slice, slice]] = []
    digit_of = np.full(len(boxes) + 1, -1)
    for label in sorted(range(len(boxes)), key=lambda label: boxes[label][1].start):
        if digits and _belong_together(digits[-1], boxes[label], row):
            digits[-1] = _around(digits[-1], boxes[label])
        else:
            digits.append(boxes[label])
        digit_of[label + 1] = len(digits) - 1
    return [np.where(digit_of[labels[box]] == number, ink[box], 0) for number, box in enumerate(digits)]


def _belong_together(left: tuple[slice, slice], right: tuple[slice, slice], row: int) -> bool:
    gap = right[1].start - left[1].stop
    lower, narrower = (min(a.stop - a.start, b.stop - b.start) for a, b in zip(left, right, strict=True))
    return bool(-gap >= _OVERLAP * narrower or (lower < _FRAGMENT * row and gap <= _NEAR * row))


def _around(first: tuple[slice, slice], second: tuple[slice, slice]) -> tuple[slice, slice]:
    rows, columns = (slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(first, second, strict=True))
    return rows, columns
