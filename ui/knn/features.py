"""From image to features: blocks over an image, a number in each, and all of them in one row."""

import numpy as np
import pandas as pd
import streamlit as st

from mnist_core.knn import blocks
from ui.components import block_grid, csv_button
from ui.knn import settings
from ui.knn.settings import KNNSelection
from ui.text import escape_markdown


def show(selection: KNNSelection) -> None:
    grid, unknown, data_set = selection.setting.grid, selection.unknown, selection.data_set
    item, category = data_set.identity.item, data_set.identity.category
    st.markdown(
        f"A grid of {grid.rows} x {grid.columns} blocks lies over the {item}. The number in a block is its "
        f"**{block_grid.UNITS[grid.measure]}**. Read block by block, the {grid.blocks} numbers are one row: "
        f"an identity number of the {item}."
    )
    if unknown is None:
        settings.needs_drawing()
    else:
        row = blocks.block_features(unknown.image[None], grid)
        block_grid.show(unknown.image[None], row, [unknown.name], grid, key="one-image", size="large")
        csv_button.csv_button(_feature_table(category, row, [unknown.name]), "features", data_set.name)
    st.subheader(f"Each {category}, a row")
    st.markdown(f"The first training image of each {category} of {escape_markdown(data_set.name)}. Darker is more ink.")
    first = data_set.train.first(1)
    of_each = first.take(np.argsort(first.labels))
    rows = blocks.block_features(of_each.images, grid)
    names = [data_set.class_names[label] for label in of_each.labels]
    block_grid.show(of_each.images, rows, names, grid, key="each-class", size="small")
    csv_button.csv_button(_feature_table(category, rows, names), f"features-of-each-{category}", data_set.name)


def _feature_table(category: str, rows: np.ndarray, names: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(rows.astype(int), columns=[f"block {number}" for number in range(1, rows.shape[1] + 1)])
    table.insert(0, category, names)
    return table
