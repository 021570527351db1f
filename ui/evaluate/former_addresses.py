"""Addresses that an earlier version of the Evaluate page gave out: they still show what they named."""

import streamlit as st

_PARTS = {"Verdict": "Summary", "Certainty": "Calibration", "Spread": "Seed variance"}
_KEYS = {"way": "corruption", "look": "ranking"}


def translate() -> None:
    """Choose what a former address names; called before the controls that are bound to the address."""
    part = st.query_params.get("part")
    if part in _PARTS:
        st.session_state["part"] = _PARTS[part]
    for former, key in _KEYS.items():
        if former in st.query_params:
            st.session_state[key] = st.query_params.pop(former)
