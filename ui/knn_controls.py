"""The controls of K nearest neighbours, which are the same on every page."""

from typing import Any

import streamlit as st

from mnist_core.data import DataSet
from mnist_core.knn.blocks import Grid, Measure
from mnist_core.knn.study import KNNSettings
from ui import predictors

KEYS = ("rows", "columns", "threshold", "measure", "k", "per_digit")
MEASURES: dict[Measure, str] = {"count": "Ink pixels are counted.", "intensity": "Their brightness is summed."}
ALL, _USUAL = "all", "100"
_PER_DIGIT = (10, 20, 50, 100, 200, 500, 1000, 2000)


_KEPT: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}
"""A control is kept in the address, and in the session while another page is shown."""


def show(data_set: DataSet) -> tuple[KNNSettings, int]:
    """Show the controls of K nearest neighbours, which are the same on every page: their setting and k."""
    one, two = st.columns(2)
    rows = one.slider("Rows", 1, 28, 5, key="rows", **_KEPT)
    columns = two.slider("Columns", 1, 28, 4, key="columns", **_KEPT)
    one, two = st.columns(2)
    k = one.slider("Neighbours, k", 1, 25, 11, key="k", help="How many vote.", **_KEPT)
    with two:
        per_digit = _references(predictors.split(data_set)[0].smallest_class())
    brighter = "A pixel brighter than this, on the scale 0 to 255, is ink."
    threshold = st.slider("Ink threshold", 0, 254, 0, key="threshold", help=brighter, **_KEPT)
    measure = st.radio("A block's number", MEASURES, captions=list(MEASURES.values()), key="measure", **_KEPT)
    return KNNSettings(Grid(rows, columns, threshold, measure), None if per_digit == ALL else int(per_digit)), k


def _references(most: int) -> str:
    """How many references of each class to take, where the smallest class has `most`; nothing to choose for a few."""
    options = [*(str(count) for count in _PER_DIGIT if count < most), ALL]
    if len(options) == 1:
        return ALL
    if st.session_state.get("per_digit", ALL) not in options:
        del st.session_state["per_digit"]  # it was chosen for a larger data set
    chosen: str = st.select_slider(
        "References",
        options,
        _USUAL if _USUAL in options else ALL,
        key="per_digit",
        help="How many of each class: its first training images, or all.",
        **_KEPT,
    )
    return chosen
