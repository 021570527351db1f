"""KNN: a lesson in four sections on reading images by their K nearest neighbours."""

import streamlit as st

from ui import query_params, resources
from ui.shell import page

SECTIONS = ("From image to features", "Distance, worked out", "Votes", "How good is it?")

with page("pages/knn.py", "Count the ink in each block of an image; the images with the most similar counts vote."):
    data_set = resources.data_set()
    with resources.starting_pytorch():
        from ui.knn import accuracy, distance, features, settings, votes
    left, right = st.columns([1, 2], gap="large")
    with left, query_params.checked(settings.KEYS):
        chosen = settings.choose(data_set)
    with right:
        # Only the open section is computed and sent, so that a slider is answered at once.
        with query_params.checked(["section"]):
            tabs = st.tabs(SECTIONS, key="section", bind="query-params", on_change="rerun")
        for tab, section in zip(tabs, (features, distance, votes, accuracy), strict=True):
            if tab.open:
                with tab:
                    section.show(chosen)
