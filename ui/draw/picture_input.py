"""A picture of digits: from a file, from the clipboard or from the camera."""

from urllib.parse import urlsplit

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import DigitLabError, drawing
from mnist_core.drawing import image_file
from ui.components import file_uploader


def choose_file() -> list[NDArray[np.number]]:
    """Let a person choose, drop or paste a picture; the ink of its digits, from the left."""
    file = file_uploader.show("A picture of one digit, or of several in a row", image_file.SUFFIXES, "file")
    st.caption(
        f"{image_file.FORMATS}, up to {image_file.MAX_BYTES / 1e6:.0f} MB and {image_file.MAX_PIXELS / 1e6:.0f} "
        "megapixels. Ctrl+V pastes a copied picture."
    )
    return [] if file is None else _digits(file.getvalue(), file.name)


def take_photo() -> list[NDArray[np.number]]:
    """Let a person take a photo with the camera; the ink of its digits, from the left."""
    if not camera_allowed(st.context.url):
        st.info(
            "Browsers lend the camera only to pages that come over HTTPS or from their own computer. Open this page "
            "with https://, or take a photo with the phone's camera and upload it.",
            icon=":material/no_photography:",
        )
        return []
    file = st.camera_input("Write digits on paper with a broad pen and photograph them", key="camera")
    return [] if file is None else _digits(file.getvalue(), file.name)


def camera_allowed(url: str | None) -> bool:
    """Whether a browser lends its camera to a page at this address: over HTTPS or from its own computer."""
    address = urlsplit(url or "")
    host = address.hostname or ""
    local = host in ("localhost", "::1") or host.endswith(".localhost") or host.startswith("127.")
    return address.scheme != "http" or local


@st.cache_data(show_spinner="Reading the picture", max_entries=4)
def _digits(content: bytes, name: str) -> list[NDArray[np.number]]:
    digits = drawing.find_digits(image_file.decode(content, name)).digits
    if not digits:
        raise DigitLabError(f"There is no digit to be seen in {name}; take a picture with more contrast.")
    return digits
