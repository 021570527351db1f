"""One run as it goes: progress, curves, result, and the button that stops it."""

import streamlit as st

from mnist_core import figures
from mnist_core.store import Run
from pages.shared import chart, loaders
from pages.shared.frame import errors_shown
from pages.shared.table import percent, settings_line

_POLL_SECONDS = 0.5
_BADGES = {
    "queued": ("schedule", "gray"),
    "running": ("play_arrow", "blue"),
    "finished": ("check", "green"),
    "stopped": ("stop", "orange"),
    "failed": ("error", "red"),
    "interrupted": ("power_off", "red"),
}


def live(run: Run, *, curves: bool = True) -> None:
    """Show a run, polled while it is in progress; the page runs once more when it has ended."""
    st.fragment(_show, run_every=_POLL_SECONDS if run.in_progress else None)(run.id, run.in_progress, curves)


def _show(run_id: int, was_in_progress: bool, curves: bool) -> None:
    with errors_shown():
        run = loaders.store().get(run_id)
        if was_in_progress and not run.in_progress:
            st.rerun()
        icon, colour = _BADGES[run.status]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(run.name, width="content")
            st.badge(run.status, icon=f":material/{icon}:", color=colour)
            if run.in_progress:
                st.button(
                    "Stop", icon=":material/stop:", key=f"stop-{run_id}", on_click=loaders.store().stop, args=(run_id,)
                )
        device = f" Device: {run.device}." if run.device else ""
        st.caption(f"{settings_line(run.config)}. Data set: {run.data_set}.{device}")
        if run.in_progress:
            _progress(run)
        elif run.status == "failed":
            st.error(run.error, icon=":material/error:")
            with st.expander("Log"):
                st.code(run.log, language=None)
        elif run.status == "interrupted":
            st.warning(
                "The worker is gone or cannot write to the runs folder; free some space and start a new training.",
                icon=":material/power_off:",
            )
        if curves:
            _curves(run)


def _progress(run: Run) -> None:
    if run.status == "queued":
        st.progress(0.0, text="Queued: starts when a worker is free")
        return
    left = "" if run.seconds_left is None else f", {run.seconds_left:.0f} s left"
    st.progress(
        run.progress, text=f"Step {run.step:,} of {run.steps:,}, {run.images_per_second:,.0f} images a second{left}"
    )


def _curves(run: Run) -> None:
    store = loaders.store()
    steps, losses = store.curve(run.id, "loss")
    if len(steps) == 0:
        return
    chart.live(figures.loss_curve(steps, losses, run.steps), key=f"loss-{run.id}", identity=str(run.id))
    validation, training, speed = st.columns(3)
    validation.metric(
        "Validation accuracy",
        percent(run.validation_accuracy) or "-",
        help="Set a validation share to hold images out.",
    )
    training.metric("Last loss", f"{losses[-1]:.4f}")
    speed.metric("Duration", f"{run.seconds:.1f} s", help=f"{run.images_per_second:,.0f} images a second")
    _, accuracies = store.curve(run.id, "validation_accuracy")
    if len(accuracies):
        epochs = list(range(1, len(accuracies) + 1))
        chart.still(
            figures.accuracy_curve(epochs, accuracies.tolist()), key=f"accuracy-{run.id}", alt="Accuracy per epoch"
        )
