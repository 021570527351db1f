"""The best settings of a sweep, with what fresh seeds make of them: the number that won is partly luck."""

import streamlit as st

from mnist_core.config import HYPERPARAMETERS
from mnist_core.store import Run
from mnist_core.sweep.results import CONFIRMED, FRESH_SEEDS, Confirmed
from mnist_core.sweep.snapshot import Snapshot
from ui import control_values, query_params


def show(snapshot: Snapshot) -> None:
    found = snapshot.outcome.confirmed
    if not found:
        return
    st.markdown("##### Best settings")
    finished = snapshot.sweep.status == "finished"
    for place, settings in enumerate(found, 1):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{place}. {_sentence(settings, list(snapshot.outcome.plan.space), finished)}", width="stretch")
            st.button(
                "Use these settings",
                icon=":material/tune:",
                key=f"use-{settings.run.id}",
                on_click=_use,
                args=(settings.run,),
                help="Fills the controls of the Train page, with the nearest values that they offer.",
            )
    st.caption(
        "The winner's curse: the best of many numbers is partly lucky, since it was chosen for being high. So the best "
        f"{CONFIRMED} are trained anew with {FRESH_SEEDS} fresh seeds each, and the mean of these is what to expect. "
        "All of it is measured on validation images. The test set stays closed."
    )
    if st.session_state.pop("use-settings", False):
        st.switch_page("pages/train.py", query_params=query_params.link())


def _sentence(settings: Confirmed, names: list[str], finished: bool) -> str:
    run, variance = settings.run, settings.variance
    texts = run.config.texts
    varied = ", ".join(f"{HYPERPARAMETERS[name].title.lower()} {texts[name]}" for name in names)
    text = f"**Run {run.number}** ({varied}): won with **{100 * (run.validation_accuracy or 0):.2f} %**"
    if variance is None:
        return text + ("." if finished else "; fresh seeds follow at the end.")
    low, high = variance.interval
    return (
        f"{text}; {len(settings.accuracies)} fresh seeds: mean **{100 * variance.mean:.2f} %**, between "
        f"{100 * low:.2f} and {100 * high:.2f} % (95 % interval)."
    )


def _use(run: Run) -> None:
    control_values.use(run.config)
    st.session_state["use-settings"] = True
