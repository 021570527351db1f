"""Digit images as MNIST shows them: white ink on black, enlarged without smoothing, a label under each."""

import html

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.figures import data_url


def show(images: NDArray[np.uint8], labels: list[str], *, width: int = 72) -> None:
    """Lay out (n, 28, 28) images in rows that wrap, each `width` pixels wide with its label under it."""
    pictures = "".join(
        f'<figure style="margin:0;width:{width}px"><img src="{data_url(image)}" alt="{html.escape(label)}" '
        'style="width:100%;image-rendering:pixelated;border-radius:4px;display:block">'
        '<figcaption style="font-size:0.8rem;text-align:center;margin-top:2px">'
        f"{html.escape(label)}</figcaption></figure>"
        for image, label in zip(images, labels, strict=True)
    )
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:10px">{pictures}</div>')
