"""A segmented control in which one option is always chosen."""

from collections.abc import Sequence
from typing import Any

import streamlit as st


def one_of(label: str, options: Sequence[str], key: str, **arguments: Any) -> str:
    """Let a person choose one option, the first at the start, kept for the session.

    `arguments` are further ones of `st.segmented_control`.
    """
    option: str = st.segmented_control(
        label, options, required=True, default=options[0], key=key, persist_state="session", **arguments
    )
    return option
