"""Has a fragment run again after some seconds.

Not `run_every` of `st.fragment`: its interval can only be changed by a run of the whole page, and Streamlit loses that
for good where another fragment's request arrives at the wrong moment, as with many sessions it does.
"""

from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "digit_lab_poll_timer",
    css=Path(__file__).with_name("poll_timer.css").read_text(),
    js=Path(__file__).with_name("poll_timer.js").read_text(),
    isolate_styles=False,
)


def show(seconds: float, key: str) -> None:
    """Run the fragment that this is called in again every so many seconds, as long as it is called."""
    _component(key=key, data={"seconds": seconds}, on_due_change=lambda: None)
