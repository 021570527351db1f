"""Sweep: search for good settings by trying many, and see which matter."""

import streamlit as st

from mnist_core.sweep.plan import prepare
from ui import resources
from ui.errors import errors_shown
from ui.shell import page
from ui.sweep import plan_controls, sweep_view

with page("pages/sweep.py", "Try many settings, stop the poor ones early, and see which hyperparameters matter."):
    identity = resources.identity()
    place = st.container()
    shown = sweep_view.choose()
    with place, st.expander("Plan a sweep", expanded=shown is None, icon=":material/tune:"):
        left, right = st.columns(2, gap="large")
        with left:
            base = plan_controls.choose_base()
            space = plan_controls.choose_space()
        with right:
            plan = plan_controls.choose_plan(space)
            started = st.button("Start the sweep", type="primary", icon=":material/play_arrow:", disabled=plan is None)
            if plan is not None:
                with errors_shown():
                    config = prepare(plan, base, identity)
                    if started:
                        sweep = resources.executor().submit_sweep(plan, base, data_set=identity.name)
                        st.query_params["sweep"] = str(sweep.id)  # the control of it is there already
                        st.rerun()
                    plan_controls.say_what_it_takes(plan, config, identity)
    if shown is None:
        st.info("There is no sweep yet. Choose what to vary above, then press Start the sweep.", icon=":material/info:")
    else:
        sweep_view.show(shown)
