"""Evaluate: how well a model reads images that it has not seen, where it errs, and how robust it is."""

import streamlit as st

from ui import query_params, resources
from ui.errors import errors_shown
from ui.shell import page

FORMER_PARTS = {"Verdict": "Summary", "Certainty": "Calibration", "Spread": "Seed variance"}

with page("pages/evaluate.py", "See how well a model reads images that it has never seen, and where it errs."):
    query_params.rename({"way": "corruption", "look": "ranking"}, {"part": FORMER_PARTS})
    data_set = resources.data_set()
    with resources.starting_pytorch():
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
    sections = {
        "Summary": summary.show,
        "Errors": errors.show,
        "Calibration": calibration.show,
        "Robustness": robustness.show,
        "What it learned": representation.show,
        "How much data": learning_curve.show,
        "Seed variance": seed_variance.show,
    }
    chosen = selection.choose(data_set)
    # Only the open section is computed and sent.
    with query_params.checked(["part"]):
        tabs = st.tabs(list(sections), key="part", bind="query-params", on_change="rerun")
    for tab, show in zip(tabs, sections.values(), strict=True):
        if tab.open:
            with tab, errors_shown():
                show(chosen)
