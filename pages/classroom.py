"""Class: what teachers see of their class and set for it, and what the class sees of that."""

import streamlit as st

from ui import query_params, resources
from ui.classroom import assignments, leaderboard, limits, overview, own_assignments, queue
from ui.errors import errors_shown
from ui.shell import CLASS, page

SECTIONS = {
    "Overview": overview.show,
    "Queue": queue.show,
    "Assignments": assignments.show,
    "Limits": limits.show,
    "Leaderboard": leaderboard.show_and_switch,
}

with page(CLASS, "What the class is asked to reach, who has reached it, and what everybody trains."):
    person = resources.person()
    if person is None:
        st.info(
            "This page is for a class that logs in: there, a teacher sees who trains, waits and failed, and sets "
            "assignments, limits and a leaderboard. The file docs/class.md says how to turn the login on.",
            icon=":material/school:",
        )
    elif person.is_teacher:
        with query_params.checked(["class-part"]):
            tabs = st.tabs(list(SECTIONS), key="class-part", bind="query-params", on_change="rerun")
        for tab, show in zip(tabs, SECTIONS.values(), strict=True):
            if tab.open:
                with tab, errors_shown():
                    show()
    else:
        own_assignments.show()
        leaderboard.show()
