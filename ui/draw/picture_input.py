"""A picture of digits: from a file, from the clipboard or from the camera, or a part of it that a person marks."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core import drawing
from mnist_core.drawing import image_file
from mnist_core.drawing.contrast import reduced
from mnist_core.drawing.photo import PhotoSteps, SegmentedPhoto
from mnist_core.drawing.touching_digits import Confidence
from mnist_core.figures.digit_charts import picture_figure
from ui.components import file_uploader
from ui.draw.step_images import levels

_LONGEST = 420  # pixels of the picture in which a box is drawn


@dataclass(frozen=True)
class Picture:
    """The content of an image file, and the part of it that is looked at."""

    content: bytes
    name: str
    box: tuple[float, float, float, float] = (0, 0, 1, 1)
    """Left, top, right and bottom as shares of width and height."""

    def colours(self) -> NDArray[np.float32]:
        """The part, (height, width, 3) RGB from 0 to 1; `DigitLabError` where the file cannot be read."""
        picture = _decode(self.content, self.name)
        height, width = picture.shape[:2]
        left, top, right, bottom = self.box
        columns = slice(int(left * width), max(int(np.ceil(right * width)), int(left * width) + 1))
        rows = slice(int(top * height), max(int(np.ceil(bottom * height)), int(top * height) + 1))
        return np.ascontiguousarray(picture[rows, columns])


def choose_file() -> Picture | None:
    """Let a person choose, drop or paste a picture."""
    megabytes = image_file.MAX_BYTES // 1_000_000
    file = file_uploader.show("A picture of one digit, or of several in rows", image_file.SUFFIXES, "file", megabytes)
    st.caption(
        f"{image_file.FORMATS}, up to {megabytes} MB and {image_file.MAX_PIXELS / 1e6:.0f} "
        "megapixels. Ctrl+V pastes a copied picture."
    )
    return None if file is None else _with_box(file)


def take_photo() -> Picture | None:
    """Let a person take a photo with the camera."""
    if not camera_allowed(st.context.url):
        st.info(
            "Browsers lend the camera only to pages that come over HTTPS or from their own computer. Open this page "
            "with https://, or take a photo with the phone's camera and upload it.",
            icon=":material/no_photography:",
        )
        return None
    file = st.camera_input("Write digits on paper with a broad pen and photograph them", key="camera")
    return None if file is None else _with_box(file)


def camera_allowed(url: str | None) -> bool:
    """Whether a browser lends its camera to a page at this address: over HTTPS or from its own computer."""
    address = urlsplit(url or "")
    host = address.hostname or ""
    local = host in ("localhost", "::1") or host.endswith(".localhost") or host.startswith("127.")
    return address.scheme != "http" or local


def _with_box(file: UploadedFile) -> Picture:
    """Show the picture; a box that is drawn on it with mouse or finger is the part that is looked at."""
    content = file.getvalue()
    picture = _decode(content, file.name)
    small = levels(reduced(picture, _LONGEST))
    height, width = small.shape[:2]
    chart = st.plotly_chart(
        picture_figure(small),
        key=f"picture-{file.file_id}",
        on_select="rerun",
        selection_mode="box",
        config={"displayModeBar": False},
        alt="The picture. A box drawn on it is the part in which digits are looked for.",
    )
    boxes = chart["selection"]["box"]
    if not boxes:
        st.caption("Where a digit is not found, draw a box around it.")
        return Picture(content, file.name)
    left, right = (float(np.clip(x / width, 0, 1)) for x in sorted(boxes[0]["x"]))
    top, bottom = (float(np.clip(y / height, 0, 1)) for y in sorted(boxes[0]["y"]))
    st.caption("Digits are looked for in the box. Double-click on the picture to take it away.")
    return Picture(content, file.name, (left, top, right, bottom))


@st.cache_data(show_spinner="Reading the picture", max_entries=2)
def _decode(content: bytes, name: str) -> NDArray[np.float32]:
    return image_file.decode(content, name)


@st.cache_data(show_spinner="Looking for digits", max_entries=2)
def find_digits(picture: Picture, steps: PhotoSteps, model: str, _confidence: Confidence) -> SegmentedPhoto:
    """The digits in a picture; those that touch are cut where the model of that name is surest of both."""
    return drawing.find_digits(picture.colours(), steps, _confidence)
