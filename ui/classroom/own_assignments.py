"""What a learner is asked to reach."""

import streamlit as st

from ui import assignment_goal, resources


def show() -> None:
    """Each assignment with its link and whether one has done it."""
    st.subheader("Assignments", anchor=False)
    assignments = resources.store().assignments.all()
    if not assignments:
        st.info("There is no assignment yet.", icon=":material/flag:")
    for assignment in assignments:
        with st.container(border=True):
            assignment_goal.show(assignment)
            st.page_link(
                "pages/train.py",
                label="Open its settings on Train",
                icon=":material/model_training:",
                query_params=assignment_goal.address(assignment),
            )
