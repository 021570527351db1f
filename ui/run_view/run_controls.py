"""The controls that steer a run: pause, resume, stop, one more epoch, another learning rate."""

from collections.abc import Callable

import streamlit as st

from mnist_core.config import HYPERPARAMETERS
from mnist_core.store import Run, Store
from ui import resources
from ui.shell import errors_shown


def show(store: Store, run: Run) -> None:
    """Show what can be done to the run in its present state; the worker does it when it next reads its commands."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if run.in_progress:
            if run.status == "paused":
                _button("Resume", "play_arrow", run, store.control.resume)
            elif run.status == "running":
                _button("Pause", "pause", run, store.control.pause)
            _button("Stop", "stop", run, store.control.stop)
        elif run.can_resume:
            _button("Resume", "play_arrow", run, _resume)
        if run.status in ("running", "paused", "finished"):
            _button("One more epoch", "exposure_plus_1", run, _one_more_epoch)
        if run.status in ("running", "paused"):
            _learning_rate(run)


def set_learning_rate(run_id: int, learning_rate: float) -> None:
    """Set the learning rate of a run in progress; for use as a callback."""
    with errors_shown():
        resources.store().control.set_learning_rate(run_id, learning_rate)


def resume_at(run_id: int, learning_rate: float) -> None:
    """Resume a run with another learning rate; for use as a callback."""
    with errors_shown():
        resources.store().control.set_learning_rate(run_id, learning_rate)
        _resume(run_id)


def _learning_rate(run: Run) -> None:
    # What was asked for, which the worker may not have read yet. It is the placeholder and not the value, since a
    # schedule changes it at every poll, and a control whose value changes would be a new control.
    shown = run.control.learning_rate or run.learning_rates([run.step])[0]
    key = f"new-learning-rate-{run.id}"
    st.selectbox(
        "Learning rate",
        HYPERPARAMETERS["learning_rate"].choices,
        None,
        key=key,
        format_func="{:g}".format,
        placeholder=f"{shown:.3g}",
        on_change=_set_chosen,
        args=(run.id, key),
        help="Takes effect at once and ends a schedule.",
        width=130,
    )


def _set_chosen(run_id: int, key: str) -> None:
    if st.session_state[key] is not None:
        set_learning_rate(run_id, st.session_state[key])
        st.session_state[key] = None


def _button(label: str, icon: str, run: Run, action: Callable[[int], None]) -> None:
    st.button(label, icon=f":material/{icon}:", key=f"{label}-{run.id}", on_click=_do, args=(action, run.id))


def _do(action: Callable[[int], None], run_id: int) -> None:
    with errors_shown():
        action(run_id)


def _resume(run_id: int) -> None:
    resources.store().control.resume(run_id)
    resources.executor().keep_workers()


def _one_more_epoch(run_id: int) -> None:
    resources.store().control.one_more_epoch(run_id)
    resources.executor().keep_workers()
