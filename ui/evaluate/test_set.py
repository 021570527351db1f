"""The test set stays closed for a model until a person opens it; every opening is counted."""

from typing import Literal

import streamlit as st

from mnist_core.evaluation.test_set import open_test_set
from mnist_core.formatting import times_opened
from ui import resources
from ui.errors import errors_shown
from ui.evaluate.models import Model
from ui.text import escape_markdown

_WHY_COUNT = (
    "Whoever changes something because of a test result and tests again fits the model to the test images by hand: the "
    "best of many tries is partly the luckiest. So choose settings by validation images, and open the test set once, "
    "at the end. Each opening is counted and stays on record: with the run, its files and its report."
)


def show(model: Model) -> None:
    """Offer to open the test set where it is closed, and say how often it was opened."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if model.report is None:
            open_button(model, "Open the test set", key=f"open-{model.classifier.key}", kind="primary")
        count = model.openings
        again = ", but not for the model as it is now" if count and model.report is None else ""
        whom = "this model" if model.run else f"{model.name}, or other settings of them"
        said = times_opened(count) if model.run is None else model.run.testing
        st.caption(f"The test set **{said}** for {whom}{again}.", width="content")
        with st.popover("Why count?", icon=":material/help:", type="tertiary"):
            st.write(_WHY_COUNT)


def may_open(model: Model) -> bool:
    """Whether one may open the test set for a model and download its report: not for somebody else's run."""
    return model.run is None or resources.store().access.may_change(model.run)


def open_button(model: Model, label: str, *, key: str, kind: Literal["primary", "secondary"] = "secondary") -> None:
    """Open the test set for a model when the button is pressed, then run the page again; nothing where one may not."""
    if may_open(model) and st.button(label, type=kind, icon=":material/lock_open:", key=key):
        with errors_shown():
            with st.spinner(f"Reading the test images with {escape_markdown(model.name)}"):
                open_test_set(resources.store(), model.classifier, model.data_set, model.run)
            st.rerun()
