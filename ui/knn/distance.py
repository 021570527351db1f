"""Distance, worked out: an unknown image against two references, each step with its numbers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import DataSet
from mnist_core.figures.knn import distance_share_heatmap
from mnist_core.knn import blocks
from mnist_core.knn.worked_distance import WorkedDistance
from ui import query_params
from ui.components import block_grid, csv_button, image_picker, static_chart
from ui.knn import settings
from ui.knn.settings import KNNSelection
from ui.text import escape_markdown, with_article

KEYS = ("a_digit", "a_number", "b_digit", "b_number", "small_rows", "small_columns")
MOST_WRITTEN = 9
"""Blocks whose subtractions and squares are written out."""


def show(selection: KNNSelection) -> None:
    if selection.unknown is None:
        settings.needs_drawing()
        return
    train = selection.data_set.train
    with query_params.checked(KEYS), st.container(horizontal=True):
        rows, columns = _number("Rows", "small_rows", 28, 2), _number("Columns", "small_columns", 28, 2)
        references = [_reference(selection.data_set, "a", 7), _reference(selection.data_set, "b", 8)]
    grid = replace(selection.setting.grid, rows=rows, columns=columns)
    labels = [selection.data_set.class_names[train.labels[index]] for index in references]
    written = [escape_markdown(with_article(label)) for label in labels]
    st.markdown(
        f"Is it {written[0]} or {written[1]}? Subtract block from block, square, add, take the root. "
        "The smaller distance is the answer."
    )
    images = np.concatenate([selection.unknown.image[None], train.images[references]])
    features = blocks.block_features(images, grid)
    unknown, *others = features
    names = [
        selection.unknown.name,
        *(f"Training image {i:,}, labelled {label}" for i, label in zip(references, labels, strict=True)),
    ]
    block_grid.show(images, features, names, grid, key="three-images", size="medium")
    distances = [WorkedDistance(unknown, other) for other in others]
    nearest = min(distance.total for distance in distances)
    for side, distance, label, name in zip(st.columns(2, gap="small"), distances, labels, "AB", strict=True):
        with side:
            st.metric(f"Distance to reference {name}, labelled {escape_markdown(label)}", f"{distance.root:.3f}")
            if distances[0].total == distances[1].total:
                st.badge("As near as the other", icon=":material/balance:", color="gray")
            elif distance.total == nearest:
                st.badge("Nearer", icon=":material/check:", color="green")
            else:
                st.badge("Farther", icon=":material/arrow_outward:", color="gray")
            st.latex(formula(distance))
            if grid.blocks > MOST_WRITTEN:
                shares = distance.shares.reshape(rows, columns)
                alt = f"Each block's share of the squared distance to reference {name}"
                st.markdown("**Share of each block in the sum**")
                static_chart.show(distance_share_heatmap(shares), key=f"shares-{name}", alt=alt)
    table = working_table(unknown, distances)
    st.dataframe(table, hide_index=True, alt="Each block's subtraction and square")
    csv_button.csv_button(table, "distance", selection.data_set.name)


def formula(distance: WorkedDistance) -> str:
    """The steps to the distance in LaTeX, one a line; only the last two where there are many blocks."""
    steps = zip(distance.unknown, distance.reference, distance.differences, distance.squares, strict=True)
    lines = [rf"({a} - {b})^2 &= ({difference})^2 = {square}" for a, b, difference, square in steps]
    end = [rf"\text{{sum}} &= {distance.total}", rf"d = \sqrt{{{distance.total}}} &\approx {distance.root:.3f}"]
    written = r" \\ ".join([*lines, *end] if len(lines) <= MOST_WRITTEN else end)
    return rf"\small \begin{{aligned}} {written} \end{{aligned}}"


def working_table(unknown: NDArray[np.float32], distances: list[WorkedDistance]) -> pd.DataFrame:
    """One row a block, and the sum of the squares in the last."""
    columns = {"Block": [*map(str, range(1, len(unknown) + 1)), "Sum"], "Unknown": [*unknown.astype(int), None]}
    for name, distance in zip("AB", distances, strict=True):
        columns[name] = [*distance.reference, None]
        columns[f"Unknown - {name}"] = [*distance.differences, None]
        columns[f"Squared, {name}"] = [*distance.squares, distance.total]
    return pd.DataFrame(columns).convert_dtypes()


def _reference(data_set: DataSet, prefix: str, label: int) -> int:
    """Let a person choose the reference by its class and its number among the training images of that class."""
    name, key, names = prefix.upper(), f"{prefix}_digit", data_set.class_names
    if st.session_state.get(key, names[0]) not in names:
        st.session_state[key] = names[min(label, len(names) - 1)]  # it was of another data set
    chosen = st.selectbox(
        f"{name}: {data_set.identity.category}",
        names,
        min(label, len(names) - 1),
        key=key,
        bind="query-params",
        width=75 if data_set.identity.of_digits else 150,
    )
    indices = image_picker.matching(data_set.train, names.index(chosen))
    return int(indices[_number(f"{name}: number", f"{prefix}_number", len(indices), 1) - 1])


def _number(label: str, key: str, most: int, value: int) -> int:
    if key in st.session_state:
        st.session_state[key] = min(st.session_state[key], most)
    return int(st.number_input(label, 1, most, value, key=key, bind="query-params", width=115))
