"""The controls that steer a run: pause, resume, stop, one more epoch, another learning rate."""

from collections.abc import Callable

import streamlit as st

from mnist_core.config import HYPERPARAMETERS
from mnist_core.store import Run, Store
from ui import resources
from ui.errors import errors_shown
from ui.polling import read_anew


def show(store: Store, run: Run) -> None:
    """Show what one can do to the run in its present state; the worker does it when it next reads its commands."""
    if not store.access.may_change(run):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if run.status == "paused" or run.can_resume:
            button("Resume", "play_arrow", store.control.resume, run.id)
        if run.status == "running":
            button("Pause", "pause", store.control.pause, run.id)
        if run.in_progress:
            button("Stop", "stop", store.control.stop, run.id)
        if run.status in ("running", "paused", "finished"):
            button("One more epoch", "exposure_plus_1", store.control.one_more_epoch, run.id)
        if run.status in ("running", "paused"):
            _learning_rate(run)


@errors_shown()
def set_learning_rate(run_id: int, learning_rate: float, resume: bool = False) -> None:
    """Set the learning rate of a run in progress, or of one that is to be resumed; for use as a callback."""
    resources.store().control.set_learning_rate(run_id, learning_rate)
    read_anew()
    if resume:
        act(resources.store().control.resume, run_id)


def _learning_rate(run: Run) -> None:
    key = f"new-learning-rate-{run.id}"
    st.selectbox(
        "Learning rate",
        HYPERPARAMETERS["learning_rate"].choices,
        None,
        key=key,
        format_func="{:g}".format,
        placeholder="Change",
        on_change=_set_chosen,
        args=(run.id, key),
        help="Takes effect at once and ends a schedule.",
        width=130,
    )


def _set_chosen(run_id: int, key: str) -> None:
    if st.session_state[key] is not None:
        set_learning_rate(run_id, st.session_state[key])
        st.session_state[key] = None


def button(
    label: str, icon: str, action: Callable[[int], None], target: int, *, disabled: bool = False, help_text: str = ""
) -> None:
    """A button for what is done to the run, or to the repeats, with the id `target`; workers are kept for it."""
    st.button(
        label,
        icon=f":material/{icon}:",
        disabled=disabled,
        key=f"{label}-{target}",
        on_click=resources.callback(act),
        args=(action, target),
        help=help_text or None,
    )


@errors_shown()
def act(action: Callable[[int], None], target: int) -> None:
    """Do something to a run or to repeats; for use as a callback."""
    action(target)
    read_anew()
    resources.executor().keep_workers()
