"""Train a network further on one's own digits, mixed with its data set."""

from collections.abc import Sequence

import streamlit as st

from mnist_core.names import LONGEST_NAME
from mnist_core.store import OwnDigit
from ui import query_params, resources
from ui.errors import errors_shown

EPOCHS = 2


def offer(digits: Sequence[OwnDigit]) -> None:
    finished = {run.id: run for run in resources.trained_on_digits(resources.finished_runs())}
    if not finished:
        st.page_link(
            "pages/train.py",
            label="Train a network first",
            icon=":material/model_training:",
            query_params=query_params.link(),
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.selectbox("Network", list(finished), key="continued", format_func=lambda n: finished[n].name)
        pressed = st.button("Train it on my digits too", icon=":material/school:")
    st.caption(
        f"A new run goes on with this network for {EPOCHS} epochs on its data set, with all of your digits mixed in. "
        "After that they say nothing of how well it reads others, so they are left out of its score."
    )
    if pressed:
        with errors_shown():
            parent = finished[number]
            config = parent.config.model_copy(update={"epochs": EPOCHS})
            name = f"{parent.name[: LONGEST_NAME - 12]} on my digits"
            run = resources.executor().submit_fine_tuning(parent, config, digits, name[:LONGEST_NAME])
            st.switch_page("pages/train.py", query_params=query_params.link(run=str(run.id)))
