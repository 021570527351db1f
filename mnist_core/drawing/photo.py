"""Digits found in pictures as people take them, step by step: sheet, ruled lines, ink, surroundings, single digits."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing import ruling, sheet, surroundings
from mnist_core.drawing.contrast import MAX_SIDE, Plane, measure_contrast, reduced
from mnist_core.drawing.digit_segmentation import split_digits
from mnist_core.drawing.foreground import find_ink
from mnist_core.drawing.segment_display import join_segments
from mnist_core.drawing.touching_digits import Confidence, split_touching


@dataclass(frozen=True)
class PhotoSteps:
    """Which steps are taken to find the digits in a picture; leaving some out shows what they contribute."""

    sheet: bool = True
    """Cut out the sheet of paper and see it from straight above."""
    colour: bool = True
    """Tell ink from paper by their colours; otherwise by brightness alone."""
    ruling: bool = True
    """Take off ruled lines, margins and creases."""
    segments: bool = True
    """Join the segments of a display's digits."""
    surroundings: bool = True
    """Take off frames, circles, underlines, holes, dots, dashes and slashes."""
    touching: bool = True
    """Cut digits that touch, where a model is surest of both sides."""


ALL_PHOTO_STEPS = PhotoSteps()


@dataclass(frozen=True)
class SegmentedPhoto:
    """What each step made of a picture. Planes are (height, width) float32, 0 where there is nothing."""

    corners: NDArray[np.float32] | None
    """The corners of the sheet in the picture, (4, 2) x and y in pixels; None where it fills the picture."""
    paper: NDArray[np.float32]
    """The sheet, (height, width, 3) RGB from 0 to 1, at most `MAX_SIDE` on a side."""
    contrast: Plane
    """How far each pixel of the sheet is from its background."""
    unruled: Plane
    """The contrast without ruled lines."""
    ink: Plane
    """0 (background) to 1 (ink)."""
    joined: Plane
    """The ink with the segments of a display's digits joined."""
    written: Plane
    """That without the surroundings of the digits."""
    digits: list[NDArray[np.number]] = field(repr=False)
    """The ink of each digit, cut out, from left to right and from top to bottom; none where there is no ink."""


def find_digits(
    picture: NDArray[np.float32], steps: PhotoSteps = ALL_PHOTO_STEPS, confidence: Confidence | None = None
) -> SegmentedPhoto:
    """Find the digits in a picture that `image_file` decoded: (height, width, 3) float32, RGB from 0 to 1.

    Digits that touch are cut only where there is a `confidence` to say where.
    """
    corners = sheet.find_sheet(picture) if steps.sheet else None
    sheet_only = picture if corners is None else sheet.straighten(picture, corners)
    paper = reduced(sheet_only, MAX_SIDE)
    contrast = measure_contrast(paper, by_colour=steps.colour)
    unruled = ruling.remove_ruling(contrast) if steps.ruling else contrast
    ink = find_ink(unruled)
    joined = join_segments(ink) if steps.segments else ink
    written = surroundings.remove_surroundings(joined) if steps.surroundings else joined
    digits = split_digits(written)
    if steps.touching and confidence is not None:
        digits = [part for digit in digits for part in split_touching(digit, confidence)]
    return SegmentedPhoto(corners, paper, contrast, unruled, ink, joined, written, digits)
