"""Download one's own digits, and upload them again."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from mnist_core.export import digits_archive
from mnist_core.store import OwnDigit
from ui import resources
from ui.components.download_button import download_button
from ui.errors import errors_shown


def offer_downloads(digits: Sequence[OwnDigit]) -> None:
    """Download buttons; each file is made when its button is pressed."""
    with st.container(horizontal=True):
        download_button("All as ZIP", partial(digits_archive.archive, digits), "my-digits.zip")
        download_button("Strokes", partial(digits_archive.strokes_json, digits), "my-digits.json")
        download_button("Table", partial(digits_archive.table_csv, digits), "my-digits.csv")
    st.caption("The ZIP holds the strokes as JSON, the images as PNG and the table as CSV, and can be brought back.")


def offer_upload() -> None:
    """Add the digits of a file that was downloaded here, or of any strokes file with labels."""
    with st.form("bring", clear_on_submit=True, border=False):
        file = st.file_uploader(
            "Add digits from a file: a ZIP that was downloaded here, or strokes",
            type=["zip", "json"],
            key="bring-file",
            max_upload_size=digits_archive.MAX_BYTES // 1_000_000,
        )
        sent = st.form_submit_button("Add them", icon=":material/upload:")
    if sent and file is None:
        st.warning("Choose a file first.", icon=":material/upload:")
    if sent and file is not None:
        with errors_shown():
            added = resources.store().digits.add_many(digits_archive.read_archive(file.getvalue(), file.name))
            st.session_state["uploaded"] = f"{added:,} digits added; those that were there already took their labels."
            st.rerun()
    if "uploaded" in st.session_state:
        st.toast(st.session_state.pop("uploaded"), icon=":material/check:")
