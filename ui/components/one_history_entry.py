"""A page is one entry in the browser's history, however often it changes its address."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "digit_lab_one_history_entry",
    css=Path(__file__).with_suffix(".css").read_text(),
    js=Path(__file__).with_suffix(".js").read_text(),
    isolate_styles=False,
)


def keep(titles: Mapping[str, str]) -> None:
    """In this tab, Back leaves a page with one press; called at the beginning of each page run.

    `titles` are those of all pages in the browser, by the last part of their paths.
    """
    st.session_state["history-kept"] = "history-kept" in st.session_state
    _component(key="one-history-entry", data={"titles": titles})


def is_kept() -> bool:
    """Whether it holds already: not while the first page of a session is sent, which no browser has yet."""
    return bool(st.session_state.get("history-kept", True))
