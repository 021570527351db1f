"""One run as it goes: progress, what steers it, curves, advice and result."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnist_core.formatting import percent
from mnist_core.jobs import coach
from mnist_core.jobs.coach import Advice
from mnist_core.store import Run, Store
from ui import control_values, resources
from ui.run_view import run_charts, run_controls
from ui.shell import errors_shown
from ui.text import escape_markdown

_POLL_SECONDS = {"waiting": 0.3, "going": 1.0, "ended": None}
_ADVICE_SECONDS = 3.0
_BADGES = {
    "queued": ("schedule", "gray"),
    "running": ("play_arrow", "blue"),
    "paused": ("pause", "orange"),
    "finished": ("check", "green"),
    "stopped": ("stop", "orange"),
    "failed": ("error", "red"),
    "interrupted": ("power_off", "red"),
}


def live(run: Run, *, brief: bool = False) -> None:
    """Show a run, polled while it is in progress; the page runs once more when it has started and when it has ended.

    A brief view leaves out the curves and what steers the run.
    """
    phase = _phase(run)
    st.fragment(_show, run_every=_POLL_SECONDS[phase])(run.id, phase, brief)


def _phase(run: Run) -> str:
    if not run.in_progress:
        return "ended"
    return "going" if run.step else "waiting"


def _show(run_id: int, phase: str, brief: bool) -> None:
    with errors_shown():
        store = resources.store()
        run = store.runs.get(run_id)
        if phase != _phase(run):
            st.rerun()
        icon, colour = _BADGES[run.status]
        st.subheader(f"{escape_markdown(run.name)} :{colour}-badge[:material/{icon}: {run.status}]", anchor=False)
        device = f" Device: {run.device}." if run.device else ""
        own = f" {run.own_images:,} images of each epoch are your own digits." if run.own_images else ""
        st.caption(f"{run.config.summary}. Data set: {run.data_set}.{own}{device}")
        if run.in_progress:
            _progress(run)
        elif run.status == "failed":
            st.error(run.error, icon=":material/error:")
            with st.expander("Log"):
                st.code(run.log, language=None)
        elif run.status == "interrupted":
            reason = run.error or "The worker is gone, or cannot write to the runs folder: free some space there."
            st.warning(
                f"{reason} Nothing is lost: Resume goes on from the last checkpoint.", icon=":material/power_off:"
            )
        if brief:
            return
        run_controls.controls(store, run)
        if run.step:
            _numbers(run)
            _advise(store, run)
            run_charts.show(store, run)


def _progress(run: Run) -> None:
    if run.status == "queued":
        st.progress(run.progress, text="Queued: starts when a worker is free")
        return
    left = "" if run.seconds_left is None else f", {run.seconds_left:.0f} s left"
    st.progress(
        run.progress, text=f"Step {run.step:,} of {run.steps:,}, {run.images_per_second:,.0f} images a second{left}"
    )


def _numbers(run: Run) -> None:
    """The results so far: one line while they change every second, since each element costs each viewer's refresh."""
    numbers = {
        "Last loss": f"{run.final_loss:.4f}" if (run.final_loss or 0) < 1_000 else f"{run.final_loss:.3g}",
        "Training accuracy": percent(run.training_accuracy),
        "Validation accuracy": percent(run.validation_accuracy),
        "Duration": f"{run.seconds:.1f} s",
    }
    shown = {name: number for name, number in numbers.items() if number}
    if run.in_progress:
        st.markdown(", ".join(f"{name.lower()} **{number}**" for name, number in shown.items()))
        return
    with st.container(horizontal=True):
        for name, number in shown.items():
            st.metric(name, number)


def _advise(store: Store, run: Run) -> None:
    advice = _advice(store, run.id, run.status)
    if advice is None:
        return
    with st.container(border=True):
        st.markdown(f"**:material/lightbulb: {advice.seen}**")
        st.write(advice.sentence)
        rate = advice.changes.get("learning_rate")
        with st.container(horizontal=True):
            if rate is not None and run.in_progress:
                _fix(f"Change to {rate:g} now", run_controls.change_rate, run.id, rate)
            elif rate is not None and run.can_resume:
                _fix(f"Go on at {rate:g}", run_controls.resume_at, run.id, rate)
            _fix("Use it for the next training", control_values.change, advice.changes)


@st.cache_data(show_spinner=False, ttl=_ADVICE_SECONDS, hash_funcs={Store: lambda store: str(store.folder)})
def _advice(store: Store, run_id: int, status: str) -> Advice | None:
    """What the coach says of a run, asked once for all who watch it."""
    return coach.of_run(store, store.runs.get(run_id))


def _fix(label: str, action: Callable[..., None], *arguments: Any) -> None:
    st.button(label, icon=":material/build:", key=label, on_click=action, args=arguments)
