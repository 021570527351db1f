"""What a person chooses for the lesson on K nearest neighbours: an unknown image, a grid, k and the references."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import DataSet, Digits
from mnist_core.knn.study import KNNSettings
from ui import knn_controls, query_params
from ui.components import image_picker

PREFIX = "sample"
KEYS = (*image_picker.keys(PREFIX), *knn_controls.KEYS)
DRAWING = "drawing"


@dataclass(frozen=True)
class Unknown:
    """A (28, 28) image to be read; its label and its index among the training images where it has one."""

    image: NDArray[np.uint8]
    name: str
    label: int | None = None
    training_index: int | None = None


@dataclass(frozen=True)
class KNNSelection:
    """`unknown` is None where the last drawing is asked for and there is none."""

    data_set: DataSet
    unknown: Unknown | None
    setting: KNNSettings
    k: int


def choose(data_set: DataSet) -> KNNSelection:
    """Show the controls; all of them are in the address."""
    return KNNSelection(data_set, _unknown(data_set), *knn_controls.show(data_set))


def _unknown(data_set: DataSet) -> Unknown | None:
    part = image_picker.part_control(PREFIX, (DRAWING,) if data_set.identity.of_digits else ())
    if part == DRAWING:
        drawn = st.session_state.get("last_drawing")
        return None if drawn is None else Unknown(drawn, "Your last drawing")
    label = image_picker.class_control(PREFIX, data_set.identity)
    first = int((data_set.test.labels == 7).argmax())
    index = image_picker.index_control(data_set, PREFIX, part, label, first)
    chosen: Digits = getattr(data_set, part)
    label = int(chosen.labels[index])
    name = f"{'Test' if part == 'test' else 'Training'} image {index:,}, labelled {data_set.class_names[label]}"
    return Unknown(chosen.images[index], name, label, index if part == "train" else None)


def needs_drawing() -> None:
    """Say what to do where the last drawing is asked for and there is none."""
    st.info("There is no drawing yet in this session. Draw a digit, then come back.", icon=":material/draw:")
    st.page_link("pages/draw.py", label="Draw a digit", icon=":material/draw:", query_params=query_params.link())
