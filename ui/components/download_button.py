"""Files to download, each made when its button is pressed."""

import mimetypes
from collections.abc import Callable

import streamlit as st


def download_button(
    label: str, content: Callable[[], bytes | str], file_name: str, explanation: str | None = None
) -> None:
    """Offer what `content` returns as a file, whose name says of what type it is."""
    st.download_button(
        label,
        content,
        file_name,
        mime=mimetypes.guess_type(file_name)[0],
        key=f"download-{file_name}",
        help=explanation,
        icon=":material/download:",
        on_click="ignore",
    )
