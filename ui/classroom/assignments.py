"""Assignments as teachers see them: set one, hand out its link, see who has done it."""

import pandas as pd
import streamlit as st

from mnist_core.config import PRESETS
from mnist_core.store import Assignment, Person, Progress
from ui import assignment_goal, control_values, query_params, resources
from ui.classroom import new_assignment
from ui.components.csv_button import csv_button
from ui.shell import delete_button
from ui.text import escape_markdown

KEY = "class-assignment"


def show() -> None:
    assignments = {str(assignment.id): assignment for assignment in resources.store().assignments.all()}
    place = st.container()
    if assignments:
        chosen = query_params.current_choice(
            KEY, assignments, next(iter(assignments)), missing="There is no assignment {}; it may have been deleted."
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(
                "Assignment",
                list(assignments),
                key=KEY,
                format_func=lambda number: f"{number}: {assignments[number].title}",
                persist_state="session",
                width=300,
            )
            title = escape_markdown(assignments[chosen].title)
            delete_button(
                f"{title} is removed for good; the runs for it stay.", f"delete-assignment-{chosen}", _delete, chosen
            )
        _show(assignments[chosen])
    with place, st.expander("Set an assignment", expanded=not assignments, icon=":material/add_task:"):
        created = new_assignment.offer(len(assignments))
        if created is not None:
            st.query_params[KEY] = str(created.id)  # the control of it may be there already
            st.rerun()


def _show(assignment: Assignment) -> None:
    progress = resources.store().assignments.progress_of_learners(assignment.id)
    met = sum(of.is_met for _, of in progress)
    st.markdown(
        f"{escape_markdown(assignment.goal[:1].upper() + assignment.goal[1:])}. "
        f"**{met:,} of {len(progress):,}** learners have reached it."
    )
    st.caption(f"It starts from: {assignment.config.summary}. Its link shows these settings and the goal on Train:")
    st.code(_link(assignment), language=None, wrap_lines=True)
    table = _table(progress)
    st.dataframe(
        table,
        hide_index=True,
        column_config=_COLUMNS,
        placeholder="",
        alt="Who has reached it, and how near the others are",
    )
    csv_button(table, f"assignment-{assignment.id}", assignment.data_set)


def _link(assignment: Assignment) -> str:
    """Without what the controls hold at first, since a link that is pasted begins a session."""
    at_first = control_values.in_address(PRESETS["tutorial"])
    said = assignment_goal.address(assignment).items()
    return query_params.address("train", **{key: value for key, value in said if value != at_first.get(key)})


_COLUMNS = {
    "Name": st.column_config.Column(pinned=True),
    "Best validation accuracy in %": st.column_config.NumberColumn(format="%.2f"),
    "Parameters": st.column_config.NumberColumn(format="localized"),
}


def _table(progress: list[tuple[Person, Progress]]) -> pd.DataFrame:
    """One row a learner, with the best run that counts."""
    best = [of.best for _, of in progress]
    return pd.DataFrame(
        {
            "Name": [person.name for person, _ in progress],
            "Reached": ["yes" if of.is_met else "no" for _, of in progress],
            "Best validation accuracy in %": pd.array([run and run.percent for run in best], "Float64"),
            "Validation images": pd.array([run and run.validation_images for run in best], "Int64"),
            "Parameters": pd.array([run and run.parameters for run in best], "Int64"),
            "Run": [run.name if run else "" for run in best],
            "Run number": pd.array([run and run.run_id for run in best], "Int64"),
        }
    )


def _delete(number: str) -> None:
    resources.store().assignments.delete(int(number))
    st.query_params.pop(KEY, None)  # or the page would say that what the address asks for is not there
