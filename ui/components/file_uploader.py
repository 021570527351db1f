"""Streamlit's file uploader, made to take pasted files too and to say in words why it refuses a file."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

_component = st.components.v2.component(
    "digit_lab_file_uploader",
    css=Path(__file__).with_suffix(".css").read_text(),
    js=Path(__file__).with_suffix(".js").read_text(),
    isolate_styles=False,
)


def show(label: str, suffixes: Sequence[str], key: str, megabytes: int) -> UploadedFile | None:
    """Show it and return the file that was chosen, dropped on it or pasted into the page with Ctrl+V.

    A file of more than so many `megabytes` is refused.
    """
    with st.container(gap=None):
        file = st.file_uploader(label, type=suffixes, key=key, max_upload_size=megabytes)
        _component(key=f"{key}-component", data=key)
    return file
