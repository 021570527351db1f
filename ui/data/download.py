"""The button that fetches the full MNIST, with its progress."""

from contextlib import suppress

import streamlit as st

from mnist_core import DigitLabError, data
from mnist_core.data import download
from ui import resources
from ui.errors import errors_shown
from ui.polling import poll


def control() -> None:
    """Offer the download where the full set is not there, or show how far it is."""
    executor = resources.executor()
    with suppress(DigitLabError):  # a damaged set is replaced by the download
        if data.identify(resources.settings()).name == data.FULL:
            return
    if executor.is_downloading():
        poll("download", executor.is_downloading, _progress, lambda downloading: 0.5 if downloading else None)
        return
    error = executor.download_error()
    if error is not None:
        st.error(error, icon=":material/cloud_off:")
    with errors_shown():
        if st.button("Download the full MNIST", icon=":material/download:", help="70,000 images, 12 MB."):
            executor.download(data.FULL)
            st.rerun()


def _progress(_: bool) -> None:
    done = download.stored_bytes(resources.settings().data_dir)
    total = download.total_bytes(data.FULL)
    st.progress(
        min(done / total, 1.0),
        text=f"Downloading: {done / 1e6:.1f} of {total / 1e6:.1f} MB",
    )
