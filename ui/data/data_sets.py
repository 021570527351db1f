"""The data set to work on is chosen here, and those that are not there yet are downloaded, with their progress."""

from contextlib import suppress

import streamlit as st

from mnist_core import DigitLabError, data
from mnist_core.data import download
from ui import query_params, resources
from ui.errors import errors_shown
from ui.polling import poll
from ui.query_params import DATA_SET
from ui.text import escape_markdown

_CHOICE = "chosen-data-set"
_NOTES = {
    data.FULL: "All 70,000 handwritten digits.",
    "Fashion-MNIST": "Clothes in place of digits, and harder: 70,000 photographs of a shop.",
    "KMNIST": "Handwritten Japanese characters in place of digits: 70,000 of ten kinds.",
    "QMNIST": "MNIST with 60,000 test images: those of MNIST, and 50,000 that had been lost.",
    "EMNIST-Digits": "280,000 handwritten digits, from the same forms as MNIST.",
}
"""What each data set is, in a sentence."""


def choose() -> None:
    """Let a person choose the data set of this session, and offer those that are not there."""
    there = {identity.name: identity for identity in data.available(resources.settings())}
    current = None
    with suppress(DigitLabError):  # said by the page, which then cannot load it
        current = resources.identity().name
    st.session_state[_CHOICE] = current if current in there else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Data set",
            list(there),
            key=_CHOICE,
            on_change=_use_choice,
            placeholder="Choose a data set",
            help="Yours alone: every page works on it until you choose another one. The address keeps it.",
            width=260,
        )
        missing = [name for name in data.DOWNLOADABLE if name not in there]
        if missing and resources.is_unlimited():
            with st.popover("Get more data sets", icon=":material/download:"):
                for name in missing:
                    _offer(name)
    if current == data.EMBEDDED and (why := data.why_embedded(resources.settings())) is not None:
        st.caption(escape_markdown(why))
    _show_download()


def _use_choice() -> None:
    name = st.session_state[_CHOICE]
    default = None
    with suppress(DigitLabError):
        default = data.identify(resources.settings()).name
    query_params.keep_choice(DATA_SET, None if name == default else name)


def _offer(name: str) -> None:
    with errors_shown():
        label = f"Download {'the full MNIST' if name == data.FULL else name}"
        st.button(
            label,
            icon=":material/download:",
            key=f"download-{name}",
            disabled=resources.executor().downloads.is_running(),
            on_click=resources.callback(resources.executor().download),
            args=(name,),
        )
        st.caption(f"{_NOTES[name]} {download.total_bytes(name) / 1e6:,.0f} MB.")


def _show_download() -> None:
    """How far a download is, or why the last one failed."""
    downloads = resources.executor().downloads
    if downloads.is_running():
        poll("download", downloads.is_running, _progress, lambda running: 0.5 if running else None)
    elif (error := downloads.error()) is not None:
        st.error(escape_markdown(error), icon=":material/cloud_off:")


def _progress(_: bool) -> None:
    name = resources.executor().downloads.name
    total, done = download.total_bytes(name), download.stored_bytes(resources.settings().data_dir)
    st.progress(min(done / total, 1.0), text=f"Downloading {name}: {done / 1e6:,.1f} of {total / 1e6:,.1f} MB")
