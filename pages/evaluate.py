"""Evaluate: how well a model reads digits that it has not seen, where it errs, and how far that carries."""

import streamlit as st

from pages.shared import address, loaders
from pages.shared.frame import errors_shown, page

SECTIONS = ("Verdict", "Errors", "Certainty", "Robustness", "What it learned", "How much data", "Spread")

with page("pages/evaluate.py", "See how well a model reads digits that it has never seen, and where it errs."):
    data_set = loaders.data_set()
    with st.spinner("Starting PyTorch"):
        from pages.shared.evaluating import (
            certainty,
            errors,
            inside,
            learning_curve,
            robustness,
            spread,
            subject,
            verdict,
        )
    sections = (verdict, errors, certainty, robustness, inside, learning_curve, spread)
    chosen = subject.choose(data_set)
    # Only the open section is computed and sent.
    with address.checked(["part"]):
        tabs = st.tabs(SECTIONS, key="part", bind="query-params", on_change="rerun")
    for tab, section in zip(tabs, sections, strict=True):
        if tab.open:
            with tab, errors_shown():
                section.show(chosen)
