"""Streamlit's controls for choosing options and table rows, with the arguments that all pages share."""

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st


def one_of(label: str, options: Sequence[str], key: str, **arguments: Any) -> str:
    """A segmented control: one option is always chosen, at first the first, and kept for the session."""
    option: str = st.segmented_control(
        label, options, required=True, default=options[0], key=key, persist_state="session", **arguments
    )
    return option


def choose_rows(
    table: pd.DataFrame, mode: Literal["single-row", "single-row-required", "multi-row"], **arguments: Any
) -> list[int]:
    """A table; returns the numbers of the chosen rows. `arguments` are further ones of `st.dataframe`."""
    shown = st.dataframe(table, hide_index=True, on_select="rerun", selection_mode=mode, **arguments)
    return list(shown["selection"]["rows"])
