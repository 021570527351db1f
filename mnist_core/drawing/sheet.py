"""The sheet of paper in a photograph of a table, found by its edges and seen from straight above."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.contrast import Colours, reduced

_COARSE = 240
"""Longer side in pixels of the reduced picture in which the sheet is looked for."""
# Of that, the widest stroke that is wiped out first.
_STROKE = 17
# Least and largest share of the picture that a sheet covers; what covers more is taken for the whole picture.
_SMALLEST, _LARGEST = 0.12, 0.97
# Share of a convex outline that the sheet fills, and that four straight sides share with it.
_CONVEX, _FOUR_SIDED = 0.93, 0.95
# Least share of what its outline encloses that is paper: a large 0 encloses nearly as much that is none.
_SOLID = 0.8
# Of the step from sheet to table, what happens within three pixels of the edge, along half of the edge.
_SHARP = 0.5
# A shadow leaves this much of the light at least, and changes the colour no more than that.
_SHADOW, _TINT = 0.35, 0.06
# Of the sheet's sides: what is cut off with its edge.
_EDGE = 0.015


def find_sheet(colours: Colours) -> NDArray[np.float32] | None:
    """The corners of the sheet in a picture, from the top left clockwise: (4, 2) float32, x and y in pixels.

    `colours` is (height, width, 3) RGB from 0 to 1. None where the paper fills the picture, as far as can be seen.
    """
    small = reduced(colours, _COARSE)
    if min(small.shape[:2]) < 4 * _STROKE:
        return None
    share = min(_COARSE / max(colours.shape), 1)
    wiped = np.stack(
        [cv2.medianBlur((255 * small[..., channel] + 0.5).astype(np.uint8), _STROKE) for channel in range(3)], -1
    )
    frame = np.concatenate([wiped[0], wiped[-1], wiped[:, 0], wiped[:, -1]])
    distance = np.sqrt(((wiped - np.median(frame, axis=0)) ** 2).sum(axis=2) / 3)
    for levels in (wiped.mean(axis=2), distance):
        _, mask = cv2.threshold(levels.astype(np.uint8), 0, 255, cv2.THRESH_OTSU)
        corners = _quadrilateral(np.asarray(mask, np.uint8), (wiped / 255).astype(np.float32))
        if corners is not None:
            return np.asarray((corners + 0.5) / share - 0.5, np.float32)
    return None


def straighten(colours: Colours, corners: NDArray[np.float32]) -> Colours:
    """What is between the corners that `find_sheet` gives, without its edge, seen from straight above."""
    inner = corners + _EDGE * 2 * (corners.mean(axis=0) - corners)
    sides = np.linalg.norm(inner - np.roll(inner, -1, axis=0), axis=1)
    width, height = (max(round(float(sides[side] + sides[side + 2]) / 2), 1) for side in (0, 1))
    target = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], np.float32)
    view = cv2.getPerspectiveTransform(inner.astype(np.float32), target)
    # A corner may be outside of the picture; what is missing there is as what is next to it.
    return np.asarray(
        cv2.warpPerspective(colours, view, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    )


def _quadrilateral(mask: NDArray[np.uint8], colours: Colours) -> NDArray[np.float32] | None:
    """The corners of the largest light part of a mask, where that can be a sheet."""
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    outline = np.asarray(max(contours, key=cv2.contourArea), np.int32)
    hull = np.asarray(cv2.convexHull(outline), np.int32)
    area = cv2.contourArea(outline)
    if not _SMALLEST * mask.size < area < _LARGEST * mask.size or area < _CONVEX * cv2.contourArea(hull):
        return None
    corners = _four_corners(outline, hull)
    if corners is None:
        return None
    filled, four = np.zeros_like(mask), np.zeros_like(mask)
    cv2.drawContours(filled, [outline], -1, 255, cv2.FILLED)
    cv2.fillConvexPoly(four, corners.round().astype(np.int32), 255)
    if (filled & mask > 0).sum() < _SOLID * (filled > 0).sum():
        return None
    if (filled & four > 0).sum() < _FOUR_SIDED * (filled | four > 0).sum():
        return None
    height, width = mask.shape
    seen = ((corners > 3) & (corners < [width - 4, height - 4])).all(axis=1).sum()
    if not _is_sharp(filled, colours) or (seen < 3 and _is_shadow(filled, colours)):
        return None
    # From the corner nearest to the top left, clockwise.
    return np.roll(corners, -int(corners.sum(axis=1).argmin()), axis=0)


def _four_corners(outline: NDArray[np.int32], hull: NDArray[np.int32]) -> NDArray[np.float32] | None:
    """Where the four sides of an outline meet, clockwise; None where it has more or fewer."""
    length = cv2.arcLength(hull, True)
    for share in np.arange(0.01, 0.1, 0.005):
        corners = cv2.approxPolyDP(hull, share * length, True)[:, 0].astype(np.float32)
        if len(corners) <= 4:
            break
    if len(corners) != 4:
        return None
    if cv2.contourArea(corners, oriented=True) < 0:
        corners = corners[::-1]
    # The corners are rounded, so the sides are lines through the middle of each.
    points = outline[:, 0].astype(np.float32)
    sides = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = (end - start) / max(float(np.linalg.norm(end - start)), 1)
        ahead = (points - start) @ along / max(float(np.linalg.norm(end - start)), 1)
        beside = np.abs((points - start) @ np.array([-along[1], along[0]]))
        near = points[(ahead > 0.15) & (ahead < 0.85) & (beside < 0.03 * length)]
        if len(near) < 5:
            return None
        x_step, y_step, x, y = cv2.fitLine(near, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        sides.append((y_step, -x_step, y_step * x - x_step * y))
    meeting = np.array([np.cross(before, side) for before, side in zip(np.roll(sides, 1, axis=0), sides, strict=True)])
    if np.abs(meeting[:, 2]).min() < 1e-6:  # parallel
        return None
    return np.asarray(-meeting[:, :2] / meeting[:, 2:], np.float32)


def _is_sharp(sheet: NDArray[np.uint8], colours: Colours) -> bool:
    """Whether the edge of the sheet, where it is inside the picture, is a step."""
    square = np.ones((7, 7), np.uint8)
    inner, outer = cv2.erode(sheet, square, borderValue=255), cv2.dilate(sheet, square)
    inside, outside = colours[inner > 0].mean(axis=0), colours[outer == 0].mean(axis=0) if (outer == 0).any() else 0
    rim = (cv2.dilate(sheet, np.ones((3, 3), np.uint8)) > 0) & (sheet == 0)
    if not rim.any():
        return False
    step = np.abs(cv2.dilate(colours, square) - cv2.erode(colours, square)).max(axis=2)[rim]
    return bool(np.median(step) >= _SHARP * np.abs(inside - outside).max() and np.median(step) > 0.08)


def _is_shadow(sheet: NDArray[np.uint8], colours: Colours) -> bool:
    """Whether what is around the sheet is the same paper in the shade."""
    inside, outside = (np.median(colours[sheet == value], axis=0) for value in (255, 0))
    light = (outside + 0.01) / (inside + 0.01)
    return bool(light.mean() > _SHADOW and np.ptp(light) < _TINT + 0.1 * light.mean())
