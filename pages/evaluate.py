"""Evaluate: how well a model reads digits that it has not seen, where it errs, and how far that carries."""

import streamlit as st

from ui import query_params, resources
from ui.shell import errors_shown, page

SECTIONS = ("Verdict", "Errors", "Certainty", "Robustness", "What it learned", "How much data", "Spread")

with page("pages/evaluate.py", "See how well a model reads digits that it has never seen, and where it errs."):
    data_set = resources.data_set()
    with st.spinner("Starting PyTorch"):
        from ui.evaluate import (
            calibration,
            errors,
            learning_curve,
            representation,
            robustness,
            seed_variance,
            selection,
            summary,
        )
    sections = (summary, errors, calibration, robustness, representation, learning_curve, seed_variance)
    chosen = selection.choose(data_set)
    # Only the open section is computed and sent.
    with query_params.checked(["part"]):
        tabs = st.tabs(SECTIONS, key="part", bind="query-params", on_change="rerun")
    for tab, section in zip(tabs, sections, strict=True):
        if tab.open:
            with tab, errors_shown():
                section.show(chosen)
