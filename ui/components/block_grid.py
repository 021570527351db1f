"""Digits under a grid of blocks, with their feature rows; one block, pointed at or reached by key, is highlighted."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.figures.png import data_url
from mnist_core.knn.blocks import Grid, block_edges

UNITS = {"count": "ink pixels", "intensity": "summed intensity"}

_component = st.components.v2.component(
    "digit_lab_block_grid",
    html='<div class="block-grid" role="group" aria-label="Blocks, by the arrow keys" tabindex="0"></div>',
    css=Path(__file__).with_name("block_grid.css").read_text(),
    js=Path(__file__).with_name("block_grid.js").read_text(),
    isolate_styles=False,
)


def show(
    images: NDArray[np.uint8],
    features: NDArray[np.floating],
    names: Sequence[str],
    grid: Grid,
    *,
    key: str,
    size: Literal["small", "medium", "large"],
) -> None:
    """Show (n, 28, 28) images and (n, rows * columns) features: large ones with numbers and row, small ones as rows."""
    _component(
        key=key,
        data={
            "items": [
                {"image": data_url(image), "values": row.astype(int).tolist(), "name": name}
                for image, row, name in zip(images, features, names, strict=True)
            ],
            "rows": block_edges(grid.rows),
            "columns": block_edges(grid.columns),
            "unit": UNITS[grid.measure],
            "size": size,
            "numbers": size != "small" and grid.blocks <= 400,  # in more blocks they could not be read
            "row": size != "medium",
        },
    )
