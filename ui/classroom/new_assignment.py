"""The controls with which a teacher sets an assignment."""

import streamlit as st

from mnist_core import data
from mnist_core.config import TrainingConfig
from mnist_core.names import LONGEST_NAME
from mnist_core.store import Assignment
from ui import control_values, resources
from ui.errors import errors_shown
from ui.text import escape_markdown

_CONTROLS = "controls"
_MOST_RUNS = 50  # that are offered to start from, the newest ones


def offer(others: int) -> Assignment | None:
    """Show the controls beside so many other assignments; the new one where one was made of them."""
    identity = resources.identity()
    left, right = st.columns(2, gap="large")
    with left:
        # Another field for the next one, so that it has no title yet.
        title = st.text_input("Title", max_chars=LONGEST_NAME, key=f"assignment-title-{others}")
        goal = st.number_input(
            "Validation accuracy to reach in %", 1.0, 100.0, 98.0, 0.1, format="%.1f", key="assignment-goal"
        )
        parameters = st.number_input(
            "Most parameters",
            1,
            None,
            None,
            1_000,
            key="assignment-parameters",
            placeholder="Any number",
            help="The most weights and biases that a network may have whose run counts.",
        )
    with right:
        base = _choose_base()
        share = st.slider(
            "Validation share in %",
            5,
            50,
            round(100 * base.validation_share) or 10,
            5,
            key=f"assignment-share-{round(100 * base.validation_share)}",
            help="Runs that hold out fewer of the training images do not count: an accuracy on few may be luck.",
        )
        config = control_values.nearest(base.model_copy(update={"validation_share": share / 100}))
        st.caption(
            f"{config.summary}. {config.parameter_count:,} parameters. Data set: {escape_markdown(identity.name)}, as "
            "chosen on the Data page."
        )
    pressed = st.button("Set the assignment", type="primary", icon=":material/add_task:")
    with errors_shown():
        data.require_trainable(config, identity)
        if pressed:
            # Rounded, as 98.3 / 100 is a little more than 983 of 1,000 images.
            return resources.store().assignments.create(title, identity.name, config, round(goal / 100, 6), parameters)
    return None


def _choose_base() -> TrainingConfig:
    """The settings that the class starts from: those of the controls on Train in this session, or of a run."""
    runs = {str(run.id): run for run in resources.store().runs.all(_MOST_RUNS, of_sweeps=False)}
    names = {_CONTROLS: "The controls on Train as they are now"}
    names |= {number: f"{run.name} (run {number})" for number, run in runs.items()}
    chosen = st.selectbox("Settings to start from", list(names), key="assignment-base", format_func=names.__getitem__)
    return runs[chosen].config if chosen in runs else control_values.of_session()
