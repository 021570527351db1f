"""From image to features: blocks over a digit, a number in each, and all of them in one row."""

import numpy as np
import pandas as pd
import streamlit as st

from mnist_core import blocks
from pages.shared import block_grids, downloads
from pages.shared.neighbours import choice as choices
from pages.shared.neighbours.choice import Choice


def show(choice: Choice) -> None:
    grid, unknown, train = choice.grid, choice.unknown, choice.data_set.train
    st.markdown(
        f"A grid of {grid.rows} x {grid.columns} blocks lies over the digit. The number in a block is its "
        f"**{block_grids.UNITS[grid.measure]}**. Read block by block, the {grid.blocks} numbers are one row: "
        "an identity number of the digit."
    )
    if unknown is None:
        choices.needs_drawing()
    else:
        row = blocks.features(unknown.image[None], grid)
        block_grids.show(unknown.image[None], row, [unknown.name], grid, key="one-digit", size="large")
        downloads.csv(_table(row, [unknown.name]), "features")
    st.subheader("Ten digits, ten rows")
    st.markdown(f"The first training image of each digit of {choice.data_set.name}. Darker is more ink.")
    first = train.first(1)
    ten = first.take(np.argsort(first.labels))
    rows = blocks.features(ten.images, grid)
    names = [str(label) for label in ten.labels]
    block_grids.show(ten.images, rows, names, grid, key="ten-digits", size="small")
    downloads.csv(_table(rows, names), "features-of-ten-digits")


def _table(rows: np.ndarray, names: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(rows.astype(int), columns=[f"block {number}" for number in range(1, rows.shape[1] + 1)])
    table.insert(0, "digit", names)
    return table
