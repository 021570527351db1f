"""The controls that choose one image of the data set: part, class, index, previous, next and random."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import DataSet, Digits, Identity

ANY = "any"


def part_control(prefix: str, others: tuple[str, ...] = ()) -> str:
    """Let a person choose the test or the training images, or one of the others."""
    return st.radio("Images", ["test", "train", *others], horizontal=True, key=keys(prefix)[0], bind="query-params")


def class_control(prefix: str, identity: Identity) -> int | None:
    """Let a person choose one class, by its name; returns its label, None for all."""
    key, options = keys(prefix)[1], [ANY, *identity.class_names]
    if st.session_state.get(key, ANY) not in options:
        st.session_state[key] = ANY  # it is of another data set, which was chosen before
    name = st.selectbox(identity.category.capitalize(), options, key=key, bind="query-params")
    return None if name == ANY else identity.class_names.index(name)


def matching(digits: Digits, label: int | None) -> NDArray[np.int64]:
    """Indices of the images with one label, or of all where it is None or no image has it."""
    indices = np.flatnonzero(digits.labels == label) if label is not None else np.arange(0)
    return indices if len(indices) else np.arange(len(digits))


def keys(prefix: str) -> tuple[str, str, str]:
    """The keys, in the address too, of the controls that `choose` shows."""
    return f"{prefix}_part", f"{prefix}_digit", f"{prefix}_index"


def choose(data_set: DataSet, prefix: str) -> tuple[str, int]:
    """Show the controls and return the part, `test` or `train`, and the index in it; keys start with `prefix`."""
    with st.container(horizontal=True):
        part, label = part_control(prefix), class_control(prefix, data_set.identity)
    return part, index_control(data_set, prefix, part, label)


def index_control(data_set: DataSet, prefix: str, part: str, label: int | None, first: int = 0) -> int:
    """Let a person choose one image of a part, `first` at the start."""
    key = keys(prefix)[2]
    digits: Digits = getattr(data_set, part)
    last = len(digits) - 1
    fitting = matching(digits, label)
    if key in st.session_state:
        # A part or a class chosen after the index moves on to the next image that fits.
        st.session_state[key] = _at_or_after(fitting, min(st.session_state[key], last))
    index = st.number_input(f"Index, 0 to {last:,}", 0, last, first, key=key, bind="query-params")
    before = int(fitting[fitting.searchsorted(index) - 1])
    _buttons(prefix, key, before, _at_or_after(fitting, index + 1), fitting)
    return int(index)


def turn_pages(key: str, count: int, per_page: int) -> tuple[int, int]:
    """Show previous, next and random, and return where the page's images start and end among `count`."""
    pages = -(-count // per_page)
    page = min(st.session_state.get(key, 0), pages - 1)
    _buttons(key, key, (page - 1) % pages, (page + 1) % pages, np.arange(pages))
    return page * per_page, min((page + 1) * per_page, count)


def _buttons(prefix: str, key: str, back: int, forward: int, others: NDArray[np.int64]) -> None:
    with st.container(horizontal=True):
        for label, icon, new in (
            ("Previous", ":material/chevron_left:", back),
            ("Next", ":material/chevron_right:", forward),
            ("Random", ":material/casino:", int(np.random.default_rng().choice(others))),
        ):
            st.button(label, icon=icon, key=f"{prefix}_{label}", on_click=st.session_state.update, args=({key: new},))


def _at_or_after(fitting: NDArray[np.int64], index: int) -> int:
    """The first of the ascending indices `fitting` that is at least `index`, or the very first where none is."""
    return int(fitting[fitting.searchsorted(index) % len(fitting)])
