"""KNN: a lesson in four sections on reading digits by their K nearest neighbours."""

import streamlit as st

from pages.shared import address, loaders
from pages.shared.frame import page

SECTIONS = ("From image to features", "Distance, worked out", "Votes", "How good is it?")

with page(
    "pages/knn.py",
    "Count the ink in each block of a digit; the digits with the most similar counts vote.",
):
    data_set = loaders.data_set()
    with st.spinner("Starting PyTorch"):
        from pages.shared.neighbours import choice, distance, features, quality, votes
    left, right = st.columns([1, 2], gap="large")
    with left, address.checked(choice.KEYS):
        chosen = choice.choose(data_set)
    with right:
        # Only the open section is computed and sent, so that a slider is answered at once.
        with address.checked(["section"]):
            tabs = st.tabs(SECTIONS, key="section", bind="query-params", on_change="rerun")
        for tab, section in zip(tabs, (features, distance, votes, quality), strict=True):
            if tab.open:
                with tab:
                    section.show(chosen)
