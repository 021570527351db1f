"""From image to features: blocks over a digit, a number in each, and all of them in one row."""

import numpy as np
import pandas as pd
import streamlit as st

from mnist_core.knn import blocks
from ui.components import block_grid, csv_button
from ui.knn import settings
from ui.knn.settings import KNNSelection


def show(selection: KNNSelection) -> None:
    grid, unknown, train = selection.setting.grid, selection.unknown, selection.data_set.train
    st.markdown(
        f"A grid of {grid.rows} x {grid.columns} blocks lies over the digit. The number in a block is its "
        f"**{block_grid.UNITS[grid.measure]}**. Read block by block, the {grid.blocks} numbers are one row: "
        "an identity number of the digit."
    )
    if unknown is None:
        settings.needs_drawing()
    else:
        row = blocks.block_features(unknown.image[None], grid)
        block_grid.show(unknown.image[None], row, [unknown.name], grid, key="one-digit", size="large")
        csv_button.csv_button(_feature_table(row, [unknown.name]), "features")
    st.subheader("Ten digits, ten rows")
    st.markdown(f"The first training image of each digit of {selection.data_set.name}. Darker is more ink.")
    first = train.first(1)
    ten = first.take(np.argsort(first.labels))
    rows = blocks.block_features(ten.images, grid)
    names = [str(label) for label in ten.labels]
    block_grid.show(ten.images, rows, names, grid, key="ten-digits", size="small")
    csv_button.csv_button(_feature_table(rows, names), "features-of-ten-digits")


def _feature_table(rows: np.ndarray, names: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(rows.astype(int), columns=[f"block {number}" for number in range(1, rows.shape[1] + 1)])
    table.insert(0, "digit", names)
    return table
