"""Points of the plane that are images: the one under the pointer, or reached by the arrow keys, is shown beside it."""

import math
import zlib
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from mnist_core.figures.png import data_url
from ui.components import live_chart

_component = st.components.v2.component(
    "digit_lab_image_scatter",
    html="""<div class="image-scatter" tabindex="0">
  <div class="plot"></div><div class="ring" hidden></div>
  <div class="tip" aria-live="polite" hidden><div></div><span></span></div>
</div>""",
    css=Path(__file__).with_name("image_scatter.css").read_text(),
    js=live_chart.PLOTLY_LOADER + Path(__file__).with_name("image_scatter.js").read_text(),
    isolate_styles=False,
)


def show(figure: go.Figure, images: NDArray[np.uint8], *, key: str, alt: str) -> None:
    """Show a scatter of (n, 28, 28) images: a point's `customdata` is the index of its image, its `text` is read out.

    `alt` says what the figure shows to those who do not see it.
    """
    json, sheet, columns = figure.to_json(), *_sheet(images)
    _component(
        key=key,
        data={
            # Depends on what is shown only, so that the same is not drawn again.
            "number": zlib.crc32(f"{json}{sheet}".encode()),
            "figure": json,
            "sheet": sheet,
            "columns": columns,
            "alt": alt,
            "script": live_chart.script_address(),
        },
        height=figure.layout.height,
    )


def _sheet(images: NDArray[np.uint8]) -> tuple[str, int]:
    """All images on one sheet, row by row, as a data URL of a PNG, and how many are in a row."""
    columns = math.ceil(math.sqrt(len(images)))
    rows = -(-len(images) // columns)
    whole = np.pad(images, [(0, rows * columns - len(images)), (0, 0), (0, 0)])
    pixels = whole.reshape(rows, columns, 28, 28).swapaxes(1, 2).reshape(rows * 28, columns * 28)
    return data_url(pixels), columns
