"""Digit images as MNIST shows them: white ink on black, enlarged without smoothing, a label under each."""

import html
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.figures.png import data_url

_STYLES = Path(__file__).with_suffix(".css")


def show(images: Iterable[NDArray[np.uint8]], labels: Sequence[str], *, width: int = 72) -> None:
    """Lay out (height, width) or (height, width, 3) images in rows that wrap, each with its label under it.

    `width` is that of each image on the page, in pixels.
    """
    figures = "".join(_figure(image, html.escape(label)) for image, label in zip(images, labels, strict=True))
    st.html(_STYLES)
    st.html(f'<div class="digit-images" style="--width:{width}px">{figures}</div>')


def _figure(image: NDArray[np.uint8], label: str) -> str:
    return f'<figure><img src="{data_url(image)}" alt="{label}"><figcaption>{label}</figcaption></figure>'
