"""Sweep: search for good settings by trying many, and see which matter."""

import streamlit as st

from mnist_core.formatting import duration
from mnist_core.sweep.plan import prepare
from mnist_core.sweep.results import CONFIRMED, FRESH_SEEDS, expected_seconds
from ui import query_params, resources
from ui.errors import errors_shown
from ui.shell import page
from ui.sweep import plan_controls, sweep_view

_RUNS_FOR_PACE = 200  # the newest ones, from whose pace the time is estimated

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
                        query_params.keep_choice("sweep", str(sweep.id))
                        st.rerun()
                    newest = resources.store().runs.all(most=_RUNS_FOR_PACE)
                    workers = resources.settings().max_workers
                    seconds = expected_seconds(plan, config, identity.train_count, newest, workers)
                    takes = (
                        "known once a network like it was trained here"
                        if seconds is None
                        else f"about {duration(seconds)}"
                    )
                    st.caption(
                        f"At most {plan.most_runs:,} settings; then the best {CONFIRMED} with {FRESH_SEEDS} fresh seeds each. "
                        f"Time: {takes}. Chosen on {100 * config.validation_share:.0f} % of the training images of "
                        f"{identity.name}, held out for validation. The test set stays closed."
                    )
    if shown is None:
        st.info("There is no sweep yet. Choose what to vary above, then press Start the sweep.", icon=":material/info:")
    else:
        sweep_view.show(shown)
