"""What everybody does, as a table that follows the training."""

from functools import partial

import pandas as pd
import streamlit as st

from mnist_core.store import Activity
from ui import resources
from ui.components.csv_button import csv_button
from ui.polling import poll
from ui.text import escape_markdown


def show() -> None:
    data_set = resources.identity().name
    poll(f"class-{data_set}", partial(_read, data_set), partial(_show, data_set), _seconds, longest=15.0)


def _read(data_set: str) -> list[Activity]:
    return resources.store().classroom.activities(data_set)


def _seconds(activities: list[Activity]) -> float:
    """Until it is read again: often while something is trained."""
    return 5.0 if any(activity.running or activity.waiting for activity in activities) else 15.0


def _show(data_set: str, activities: list[Activity]) -> None:
    resources.store().access.require_teacher("see what the others do")  # read for all teachers who watch it
    running, waiting, failed = (
        sum(each.running > 0 for each in activities),
        sum(each.waiting > 0 for each in activities),
        sum(each.failed > 0 for each in activities),
    )
    st.markdown(
        f"**{len(activities):,}** have logged in: **{running:,}** train, **{waiting:,}** wait, and of **{failed:,}** "
        "a run has failed or lost its worker."
    )
    st.caption(
        f"The best validation accuracy of each is on {escape_markdown(data_set)}; for that on another data set, "
        "choose it on the Data page. How often the test set was opened is counted over all data sets."
    )
    table = _table(activities)
    st.dataframe(table, hide_index=True, column_config=_COLUMNS, placeholder="", alt="What everybody does")
    csv_button(table, "class", data_set)


_COLUMNS = {
    "Name": st.column_config.Column(pinned=True),
    "Best validation accuracy in %": st.column_config.NumberColumn(format="%.2f"),
    "Last seen": st.column_config.DatetimeColumn(format="distance"),
}


def _table(activities: list[Activity]) -> pd.DataFrame:
    """One row a person; numbers as numbers, so that the table can be sorted by them."""
    best = [activity.best for activity in activities]
    return pd.DataFrame(
        {
            "Name": [activity.person.name for activity in activities],
            "Role": [activity.person.role for activity in activities],
            "Running": [activity.running for activity in activities],
            "Waiting": [activity.waiting for activity in activities],
            "Failed": [activity.failed for activity in activities],
            "Finished": [activity.finished for activity in activities],
            "All runs": [activity.runs for activity in activities],
            "Best validation accuracy in %": pd.array([run and run.percent for run in best], "Float64"),
            "Validation images": pd.array([run and run.validation_images for run in best], "Int64"),
            "Test set opened": [activity.person.test_openings for activity in activities],
            "MB on disk": [round(activity.bytes / 1e6, 1) for activity in activities],
            "Last seen": pd.to_datetime([int(each.person.seen) for each in activities], unit="s", utc=True),
        }
    )
