"""Train: set hyperparameters, start a run, watch and steer it."""

import streamlit as st

from mnist_core import data
from mnist_core.config import PRESET_NAMES, PRESETS
from mnist_core.figures.network_diagram import network_diagram
from ui import control_values, query_params, resources
from ui.components import static_chart
from ui.errors import errors_shown
from ui.run_view import run_links, run_view
from ui.shell import page
from ui.train import assignment, controls


def apply_preset() -> None:
    if st.session_state["preset"] is not None:
        st.session_state.update(control_values.of_config(PRESETS[st.session_state["preset"]]))
        st.session_state["preset"] = None


with page("pages/train.py", "Choose the settings, start the training, and watch the loss fall step by step."):
    st.html(controls.STYLES)
    store = resources.store()
    identity = resources.identity()
    draws = "" if identity.of_digits else ", digits only"
    preset_names = {
        preset: name + draws * bool(PRESETS[preset].synthetic_digits) for preset, name in PRESET_NAMES.items()
    }
    left, right = st.columns([5, 9], gap="large")
    with left:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            started = st.button("Start training", type="primary", icon=":material/play_arrow:")
            st.selectbox(
                "Preset",
                PRESET_NAMES,
                None,
                key="preset",
                format_func=preset_names.__getitem__,
                placeholder="Set all controls to a preset",
                label_visibility="collapsed",
                on_change=apply_preset,
            )
        with st.container(key="train-fold"):
            st.toggle("Show the settings", key="show-settings", persist_state="session")
        with st.container(key="train-settings"):
            configuration = controls.controls(identity.train_count)
            with errors_shown():
                data.require_trainable(configuration, identity)
                share, size = configuration.validation_share, configuration.train_size
                used, _ = data.split_sizes(identity.train_count, share, size)
                st.caption(
                    f"{configuration.parameter_count:,} parameters, "
                    f"{configuration.steps_per_epoch(used):,} steps an epoch on {used:,} images."
                )
                diagram = network_diagram(configuration, "digits" if identity.of_digits else "outputs")
                static_chart.show(diagram, key="network-picture", alt="The layers of this network")
        if started:
            with errors_shown():
                query_params.keep_choice(
                    "run", str(resources.executor().submit(configuration, data_set=identity.name).id)
                )
                st.rerun()
    run = None
    with right, errors_shown():
        assignment.show()
        # The address first, so that a reload and a second tab find the run; then what this session looked at last.
        in_progress = [str(run.id) for run in store.runs.in_progress()]
        reference = st.query_params.get("run") or next(iter(in_progress), st.session_state.get("run", ""))
        if reference:
            run = store.runs.find(reference)
        else:
            st.info("Press Start training to train a network with these settings.", icon=":material/info:")
    if run is not None:
        query_params.keep_choice("run", str(run.id))
        place = right.container(key="train-run")
        run_view.show(run, place)
        with place, errors_shown():
            run_links.show(run)
