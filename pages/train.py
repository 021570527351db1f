"""Train: set hyperparameters, start a run, watch it."""

import streamlit as st

from mnist_core import data
from pages.shared import hyperparameters, loaders, run_view
from pages.shared.frame import errors_shown, page

with page("pages/train.py", "Choose the settings, start the training, and watch the loss fall step by step."):
    settings, store = loaders.settings(), loaders.store()
    left, right = st.columns([1, 2], gap="large")
    with left:
        start = st.container(horizontal=True)
        started = start.button("Start training", type="primary", icon=":material/play_arrow:")
        start.button(
            "Tutorial settings",
            icon=":material/restart_alt:",
            on_click=hyperparameters.set_to,
            args=("tutorial",),
        )
        configuration = hyperparameters.controls(data.identify(settings.data_dir).train_count)
        st.caption(f"This network has {configuration.parameter_count:,} parameters.")
        if started:
            with errors_shown():
                st.session_state["run"] = str(loaders.executor().submit(configuration).id)
                st.query_params["run"] = st.session_state["run"]
                st.rerun()
    with right, errors_shown():
        # The address first, so that a reload and a second tab find the run; then what this session looked at last.
        in_progress = [str(run.id) for run in store.in_progress()]
        reference = st.query_params.get("run") or next(iter([*in_progress, st.session_state.get("run", "")]), "")
        if reference:
            run = store.find(reference)
            st.session_state["run"] = st.query_params["run"] = str(run.id)
            run_view.live(run)
            if run.status == "finished":
                link = {"icon": ":material/draw:", "query_params": {"run": run.id}}
                st.page_link("pages/draw.py", label="Draw a digit for this network", **link)
        else:
            st.info("Press Start training to train a network with these settings.", icon=":material/info:")
