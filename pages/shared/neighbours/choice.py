"""What a person chooses for the lesson on K nearest neighbours: an unknown digit, a grid, k and the references."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.blocks import Grid
from mnist_core.data import DataSet, Digits
from mnist_core.knn.study import Setting
from pages.shared import judges, samples

PREFIX = "sample"
SETTINGS = ("rows", "columns", "threshold", "measure", "k", "per_digit")
KEYS = (*samples.keys(PREFIX), *SETTINGS)
MEASURES = {"count": "Ink pixels are counted.", "intensity": "Their brightness is summed."}
DRAWING, ALL = "drawing", "all"
_PER_DIGIT = (10, 20, 50, 100, 200, 500, 1000, 2000)
_KEPT = {"bind": "query-params", "persist_state": "session"}
"""In the address, and after a look at another page."""


@dataclass(frozen=True)
class Unknown:
    """A (28, 28) image to be read; its label and its index among the training images where it has one."""

    image: NDArray[np.uint8]
    name: str
    label: int | None = None
    training_index: int | None = None


@dataclass(frozen=True)
class Choice:
    """`unknown` is None where the last drawing is asked for and there is none; `per_digit` is None for all."""

    data_set: DataSet
    unknown: Unknown | None
    grid: Grid
    k: int
    per_digit: int | None


def choose(data_set: DataSet) -> Choice:
    """Show the controls; all of them are in the address."""
    unknown = _unknown(data_set)
    setting, k = settings(data_set)
    return Choice(data_set, unknown, setting.grid, k, setting.per_digit)


def settings(data_set: DataSet) -> tuple[Setting, int]:
    """Show the controls of K nearest neighbours, which are the same on every page: their setting and k."""
    one, two = st.columns(2)
    rows = one.slider("Rows", 1, 28, 5, key="rows", **_KEPT)
    columns = two.slider("Columns", 1, 28, 4, key="columns", **_KEPT)
    one, two = st.columns(2)
    k = one.slider("Neighbours, k", 1, 25, 11, key="k", help="How many vote.", **_KEPT)
    references, _ = judges.split(data_set)
    per_digit = two.select_slider(
        "References",
        [*(str(count) for count in _PER_DIGIT if count < references.count_of_each()), ALL],
        "100",
        key="per_digit",
        help="How many of each digit: its first training images, or all.",
        **_KEPT,
    )
    brighter = "A pixel brighter than this, on the scale 0 to 255, is ink."
    threshold = st.slider("Ink threshold", 0, 254, 0, key="threshold", help=brighter, **_KEPT)
    captions = list(MEASURES.values())
    measure = st.radio("A block's number", list(MEASURES), captions=captions, key="measure", **_KEPT)
    return Setting(Grid(rows, columns, threshold, measure), None if per_digit == ALL else int(per_digit)), k


def _unknown(data_set: DataSet) -> Unknown | None:
    part = samples.part_control(PREFIX, (DRAWING,))
    if part == DRAWING:
        drawn = st.session_state.get("last_drawing")
        return None if drawn is None else Unknown(drawn, "Your last drawing")
    digit = samples.digit_control(PREFIX)
    first = int(np.flatnonzero(data_set.test.labels == 7)[0])
    index = samples.index_control(data_set, PREFIX, part, digit, first)
    chosen: Digits = getattr(data_set, part)
    label = int(chosen.labels[index])
    name = f"{'Test' if part == 'test' else 'Training'} image {index:,}, labelled {label}"
    return Unknown(chosen.images[index], name, label, index if part == "train" else None)


def needs_drawing() -> None:
    """Say what to do where the last drawing is asked for and there is none."""
    st.info("There is no drawing yet in this session. Draw a digit, then come back.", icon=":material/draw:")
    st.page_link("pages/draw.py", label="Draw a digit", icon=":material/draw:")
