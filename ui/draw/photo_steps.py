"""From a picture to the ink of its digits, step by step; each step can be switched off."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mnist_core.drawing.photo import PhotoSteps, SegmentedPhoto
from ui.components import digit_images
from ui.draw.step_images import ORANGE, SIDE, in_square, levels

_SWITCHES = {
    "sheet": ("Sheet", "Cut out the sheet of paper, and see it from straight above."),
    "colour": ("Colour", "Tell ink from paper by their colours; otherwise by brightness alone."),
    "ruling": ("Lines", "Take off ruled lines, margins and creases."),
    "segments": ("Segments", "Join the segments of a display's digits, as a pen would draw them."),
    "surroundings": ("Surroundings", "Take off frames, circles, underlines, holes, dots, dashes and slashes."),
    "touching": ("Touching", "Cut digits that touch, where the first model is surest of both."),
}


def switches() -> PhotoSteps:
    """Show a switch a step, and return the steps to take."""
    with st.container(horizontal=True):
        return PhotoSteps(
            **{
                name: st.toggle(label, True, key=f"photo-{name}", help=help_, persist_state="session")
                for name, (label, help_) in _SWITCHES.items()
            }
        )


def show(picture: NDArray[np.float32], photo: SegmentedPhoto) -> None:
    """What each step made of a picture, (height, width, 3) RGB from 0 to 1."""
    images = [
        (_outlined(picture, photo), "1. The picture" if photo.corners is None else "1. The sheet in it"),
        (_small(levels(photo.paper)), "2. The paper"),
        (_small(levels(photo.contrast)), "3. Difference from the paper"),
        (_small(levels(photo.unruled)), "4. Without lines"),
        (_small(levels(photo.ink)), "5. Ink"),
        (_small(levels(photo.joined)), "6. Segments joined"),
        (_small(levels(photo.written)), "7. Without surroundings"),
    ]
    if len(photo.digits) > 1:
        images += [
            (in_square(levels(digit)), f"8. Digit {number}") for number, digit in enumerate(photo.digits, start=1)
        ]
    digit_images.show([image for image, _ in images], [name for _, name in images], width=SIDE)


def _small(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    small = Image.fromarray(image)
    small.thumbnail((2 * SIDE, 2 * SIDE), Image.Resampling.BOX)
    return np.asarray(small)


def _outlined(picture: NDArray[np.float32], photo: SegmentedPhoto) -> NDArray[np.uint8]:
    outlined = Image.fromarray(levels(picture))
    if photo.corners is not None:
        corners = [(float(x), float(y)) for x, y in photo.corners]
        ImageDraw.Draw(outlined).line([*corners, corners[0]], fill=ORANGE, width=max(max(outlined.size) // 60, 2))
    return _small(np.asarray(outlined))
