"""Where a drawing comes from: the canvas, a file or the camera."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import drawing
from mnist_core.drawing import Strokes
from mnist_core.drawing.normalisation import ALL_STEPS, NormalisationSteps, NormalisedDrawing
from mnist_core.drawing.pen import CANVAS
from mnist_core.drawing.rejection import UnreadableReason, unreadable_strokes
from ui.components import drawing_canvas
from ui.components.choices import one_of
from ui.draw import picture_input
from ui.draw.picture_input import Picture

SOURCES = {
    "canvas": ":material/draw: Canvas",
    "file": ":material/upload: Upload",
    "camera": ":material/photo_camera: Photo",
}


@dataclass(frozen=True)
class DigitInput:
    """One digit to be read: its ink, and its strokes where it was drawn here."""

    ink: NDArray[np.number]
    strokes: Strokes | None
    """In pixels of the canvas."""

    @property
    def unreadable(self) -> UnreadableReason | None:
        """Why it cannot be a single digit. What was cut out of a picture is one, wherever in the picture it was."""
        return unreadable_strokes(self.strokes, CANVAS) if self.strokes else None

    def follow(self, redraw: bool, steps: NormalisationSteps) -> NormalisedDrawing | None:
        """Normalise it step by step; `redraw` draws it again first, with a pen that fits its size.

        Nothing is drawn again where the step `box` is off, since that would put the drawing in the middle.
        """
        ink = self.ink
        if redraw and steps.box:
            ink = drawing.draw(self.strokes) if self.strokes else drawing.thin_strokes(ink)
        return drawing.normalise_step_by_step(ink, steps)

    @cached_property
    def image(self) -> NDArray[np.uint8]:
        """The (28, 28) image that all steps make of it; there must be ink."""
        normalised = self.follow(True, ALL_STEPS)
        assert normalised is not None
        return normalised.image


def from_canvas() -> DigitInput | None:
    """What is on the canvas, known before that is shown; None where a picture is to be given instead."""
    if st.session_state.get("source", "canvas") != "canvas":
        return None
    sketch = drawing_canvas.sketch()
    return DigitInput(drawing.paint(sketch.strokes, sketch.pen), sketch.strokes or None)


def show() -> Picture | None:
    """Let a person draw, or give a picture, which is returned where there is one."""
    source = one_of("Source", list(SOURCES), "source", format_func=SOURCES.__getitem__, label_visibility="collapsed")
    if source == "canvas":
        drawing_canvas.show()
        return None
    return picture_input.choose_file() if source == "file" else picture_input.take_photo()
