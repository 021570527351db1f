"""Draw: a digit drawn by hand or photographed, read by all judges; and one's own digits, kept."""

import streamlit as st

from pages.shared import address
from pages.shared.frame import page

PARTS = ("Draw", "My digits")

with page("pages/draw.py", "Draw a digit from 0 to 9 with mouse, pen or finger. It is read when you lift the pen."):
    with st.spinner("Starting PyTorch"):
        from pages.shared.drawing import board, mine
    with address.checked(["tab"]):
        draw, own = st.tabs(PARTS, key="tab", bind="query-params", on_change="rerun")
    if own.open:
        with own:
            mine.show()
    else:
        with draw:
            # A fragment, so that a stroke does not run the whole page.
            st.fragment(board.show)()
