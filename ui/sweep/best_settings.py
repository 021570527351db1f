"""The best settings of a sweep, with what fresh seeds make of them: the number that won is partly luck."""

import streamlit as st

from mnist_core.config import HYPERPARAMETERS
from mnist_core.store import Run, Status
from mnist_core.sweep.plan import SweepPlan, varied_texts
from mnist_core.sweep.results import CONFIRMED, FRESH_SEEDS, Confirmed
from mnist_core.sweep.snapshot import Snapshot
from ui import control_values, query_params


def show(snapshot: Snapshot) -> None:
    """The best settings so far, side by side; nothing before a run has finished."""
    found = snapshot.outcome.confirmed
    if not found:
        return
    st.subheader("Best settings", anchor=False)
    for column, settings in zip(st.columns(CONFIRMED), found, strict=False):
        with column.container(border=True):
            _show_one(settings, snapshot.outcome.plan, snapshot.sweep.status)
    st.caption(
        "The winner's curse: the best of many numbers is partly lucky, since it was chosen for being high. So the best "
        f"{CONFIRMED} are trained anew with {FRESH_SEEDS} fresh seeds each, and the mean of these is what to expect. "
        "All of it is measured on validation images. The test set stays closed."
    )
    if st.session_state.pop("use-settings", False):
        st.switch_page("pages/train.py", query_params=query_params.link())


def _show_one(settings: Confirmed, plan: SweepPlan, status: Status) -> None:
    run, variance = settings.run, settings.variance
    leads = "won" if status == "finished" else "leads"
    st.markdown(f"**Run {run.number}** {leads} with **{100 * (run.validation_accuracy or 0):.2f} %**")
    if variance is not None:
        low, high = variance.interval
        st.markdown(
            f"{len(settings.accuracies)} fresh seeds: mean **{100 * variance.mean:.2f} %**, "
            f"between {100 * low:.2f} and {100 * high:.2f} % (95 % interval)"
        )
    elif status in ("running", "paused"):
        st.markdown("Fresh seeds follow at the end")
    texts = varied_texts(plan, run.config)
    st.caption("; ".join(f"{HYPERPARAMETERS[name].title} {text}" for name, text in texts.items() if text))
    st.button(
        "Use these settings",
        icon=":material/tune:",
        key=f"use-{run.id}",
        on_click=_use,
        args=(run,),
        help="Fills the controls of the Train page, with the nearest values that they offer.",
    )


def _use(run: Run) -> None:
    control_values.use(run.config)
    st.session_state["use-settings"] = True
