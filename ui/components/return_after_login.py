"""After a login one is where one wanted to go: Streamlit's login leads to Home, so the tab keeps the address."""

from pathlib import Path

import streamlit as st

LOG_IN = "log-in"
"""Key of the container of the buttons that begin a login."""
_component = st.components.v2.component(
    "digit_lab_return_after_login",
    css=".st-key-return-after-login { position: absolute; }",
    js=Path(__file__).with_suffix(".js").read_text(),
    isolate_styles=False,
)


def keep_address() -> bool:
    """Keep the address of this page until a login; returns whether one came back from a login without success."""
    result = _component(
        key="return-after-login", data={"person": ""}, default={"returned": False}, on_returned_change=lambda: None
    )
    return bool(result["returned"])


def go_back(person: str) -> None:
    """Go to the address that was kept when a login began in this tab.

    `person` tells persons apart: what the tab keeps for pages is forgotten where it was another one's.
    """
    _component(key="return-after-login", data={"person": person})
