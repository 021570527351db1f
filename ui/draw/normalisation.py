"""From the drawing to the 28 x 28 pixels that the models read, step by step; each step can be switched off."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mnist_core.drawing.normalisation import NormalisationSteps, NormalisedDrawing
from ui.components import digit_images
from ui.draw.digit_input import DigitInput
from ui.draw.step_images import ORANGE, SIDE, in_square

SWITCHES = {
    "redraw": ("Pen", "Redraw it with a pen that fits its size, since MNIST's strokes are an eighth of a digit wide."),
    "box": ("Box", "Cut to the ink's box; otherwise the whole canvas, as it is drawn, is scaled down."),
    "margin": ("Margin", "Scale to 20 x 20 pixels, which leaves a margin of 4; otherwise to all of 28 x 28."),
    "centre": ("Centre", "Move the centre of mass to the middle; otherwise the box is in the middle."),
}


def switched_on() -> tuple[bool, NormalisationSteps]:
    """Whether to draw it again with a fitting pen, and the other steps to take; known before `switches` shows them."""
    on = {name: st.session_state.get(f"step-{name}", True) for name in SWITCHES}
    return on.pop("redraw"), NormalisationSteps(**on)


def switches() -> None:
    """Show a switch a step."""
    with st.container(horizontal=True):
        for name, (label, help_) in SWITCHES.items():
            st.toggle(label, True, key=f"step-{name}", help=help_, persist_state="session")


def show(digit: DigitInput) -> None:
    """Four pictures, from the drawing as drawn to the image that the models read."""
    redraw, steps = switched_on()
    as_drawn = digit.follow(redraw=False, steps=NormalisationSteps(box=steps.box))
    normalised = digit.follow(redraw, steps)
    assert as_drawn is not None
    assert normalised is not None
    pictures = [
        (in_square(_levels(digit.ink)), "1. As drawn"),
        (_boxed(digit.ink, as_drawn.box), "2. Its ink box" if steps.box else "2. No box: all of it"),
        (in_square(normalised.digit), f"3. {len(normalised.digit)} x {len(normalised.digit)} pixels"),
        (_centred(normalised), "4. 28 x 28, centre marked"),
    ]
    digit_images.show([picture for picture, _ in pictures], [name for _, name in pictures], width=SIDE)
    row, column = normalised.centre
    st.caption(f"The centre of mass is at row {row:.1f}, column {column:.1f}; the middle of MNIST's images is at 14.")


def _levels(ink: NDArray[np.number]) -> NDArray[np.uint8]:
    return np.asarray(ink * (255 / max(float(ink.max()), 1e-9)), np.uint8)


def _boxed(ink: NDArray[np.number], box: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    picture = Image.fromarray(_levels(ink)).convert("RGB")
    top, left, bottom, right = box
    width = max(1, round(max(picture.size) / SIDE))
    ImageDraw.Draw(picture).rectangle((left, top, right - 1, bottom - 1), outline=ORANGE, width=width)
    return in_square(np.asarray(picture))


def _centred(normalised: NormalisedDrawing) -> NDArray[np.uint8]:
    picture = Image.fromarray(in_square(normalised.image)).convert("RGB")
    y, x = ((place + 0.5) * 2 * SIDE / 28 for place in normalised.centre)
    brush = ImageDraw.Draw(picture)
    brush.line((x - 9, y, x + 9, y), fill=ORANGE, width=3)
    brush.line((x, y - 9, x, y + 9), fill=ORANGE, width=3)
    return np.asarray(picture)
