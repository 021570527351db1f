"""What an assignment asks for and whether one has done it; the link that shows its settings on the Train page."""

import streamlit as st

from mnist_core.formatting import percent
from mnist_core.store import Assignment
from ui import control_values, resources
from ui.query_params import DATA_SET
from ui.text import escape_markdown

PARAM = "assignment"
"""In the address of the Train page: the number of an assignment."""


def show(assignment: Assignment) -> None:
    """Say what is to be reached, and how near one's own best run is."""
    asked = f"**{escape_markdown(assignment.title)}**: reach {escape_markdown(assignment.goal)}."
    progress = resources.store().assignments.own_progress(assignment.id)
    best = progress.best
    if best is None:
        st.info(f"{asked} No run of yours counts for it yet.", icon=":material/flag:")
        return
    reached = (
        f"{escape_markdown(best.name)} has {percent(best.accuracy)} on {best.validation_images:,} validation images."
    )
    if progress.is_met:
        st.success(f"{asked} You have done it: {reached}", icon=":material/check_circle:")
    else:
        st.info(f"{asked} Not there yet: {reached}", icon=":material/flag:")


def address(assignment: Assignment) -> dict[str, str]:
    """The address of a link to the Train page with the settings of an assignment and its goal."""
    settings = control_values.in_address(assignment.config)
    return {DATA_SET: assignment.data_set} | settings | {PARAM: str(assignment.id)}
