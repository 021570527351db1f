"""Draw: a digit drawn by hand or photographed, read by several models; and one's own digits, kept."""

import streamlit as st

from ui import query_params, resources
from ui.shell import page

PARTS = ("Draw", "My digits")

with page("pages/draw.py", "Draw a digit from 0 to 9 with mouse, pen or finger. It is read when you lift the pen."):
    with resources.starting_pytorch():
        from ui.draw import draw_tab, my_digits
    with query_params.checked(["tab"]):
        # No tabs, which the browser builds anew at each stroke: the answer would come 15 ms later.
        part = st.segmented_control(
            "Part", PARTS, key="tab", default=PARTS[0], required=True, bind="query-params", label_visibility="collapsed"
        )
    if part == PARTS[1]:
        my_digits.show()
    else:
        draw_tab.show()
