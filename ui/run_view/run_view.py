"""One run while it trains and after: progress, controls, results, advice and curves."""

import time
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.formatting import percent
from mnist_core.store import Run
from ui import resources
from ui.errors import errors_shown
from ui.polling import poll
from ui.run_view import run_advice, run_charts, run_controls
from ui.text import escape_markdown

_PROMPT_SECONDS = 3.0
"""A run that has not begun after so long waits for others."""
_WAITING_SECONDS = 3.0
"""Between two polls of a run that waits for others. In a class most runs do, and more frequent polls of all of them
would take more CPU time than the polls of the run that is trained."""
_BADGES = {
    "queued": ("schedule", "gray"),
    "running": ("play_arrow", "blue"),
    "paused": ("pause", "orange"),
    "finished": ("check", "green"),
    "brought in": ("upload", "green"),
    "pruned": ("content_cut", "orange"),
    "stopped": ("stop", "orange"),
    "failed": ("error", "red"),
    "interrupted": ("power_off", "red"),
}


def show(run: Run, place: DeltaGenerator) -> None:
    """Show a run in `place`, polled while it is in progress; the page runs again when it has ended.

    Call it outside of other containers' `with` blocks, for the reason that `poll` gives.
    """
    if run.imported:
        with place, errors_shown():
            _show_state(run)
        return
    above = place.container()
    with place:
        smoothing, log = run_charts.controls()
    with above:
        st.fragment(_show_all)(run, smoothing, log)


def show_state(run: Run) -> None:
    """Show how far a run is, without controls, results, advice and curves."""
    poll(run.key, partial(_read, run.id), _show_state, _seconds, longest=_longest(run))


@errors_shown()
def _show_all(of_page: Run, smoothing: float, log: bool) -> None:
    """Everything of a run. Only what grows is polled, since each element costs the server time for every viewer."""
    run = _read(of_page.id)
    if run.in_progress != of_page.in_progress:  # by a button; the rest of the page depends on it
        st.rerun()
    with st.container():  # what comes and goes in it leaves the charts where they are, and so their zoom
        _show_heading(run)
        run_controls.show(resources.store(), run)
        run_advice.show(run)

    def show_progress(latest: Run) -> None:
        _progress(latest)
        if latest.step:
            _results(latest)
            run_charts.show(resources.whole_store(), latest, smoothing, log)

    poll(run.key, partial(_read, run.id), show_progress, _seconds, _longest(run), first=run, version=_version)


def _read(run_id: int) -> Run:
    return resources.whole_store().runs.get(run_id)


def _seconds(run: Run) -> float | None:
    """Until the next poll: training begins at once, so it is waited for more closely, unless other runs go first.

    A run that has lost its worker is polled too where another worker takes it without being asked: in a sweep and on a
    cluster.
    """
    if run.status == "interrupted":
        settings = resources.settings()
        return 1.0 if run.sweep_id or settings.executor == "ray" or settings.database_url else None
    if run.status == "queued" and time.time() - run.created > _PROMPT_SECONDS:
        return _WAITING_SECONDS
    return (1.0 if run.step else 0.3) if run.in_progress else None


def _longest(run: Run) -> float:
    return max(_seconds(run) or 0.0, 1.0)


def _version(run: Run) -> tuple[object, ...]:
    """What is shown of a run besides its progress."""
    may_open = resources.store().access.may_open(run)
    return may_open, run.status, run.name, run.device, run.error, run_advice.of(run)


def _show_state(run: Run) -> None:
    _show_heading(run)
    _progress(run)


def _show_heading(run: Run) -> None:
    resources.store().access.require_to_open(run)  # read for everybody who watches it
    status = "brought in" if run.imported else run.status
    icon, colour = _BADGES[status]
    st.subheader(f"{escape_markdown(run.name)} :{colour}-badge[:material/{icon}: {status}]", anchor=False)
    device = f" Device: {run.device}." if run.device else ""
    owner = _owner(run)
    whose = "your" if run.owner_id == resources.store().access.owner_id else "its owner's"
    own = f" {run.own_images:,} images of each epoch are {whose} own digits." if run.own_images else ""
    st.caption(f"{run.config.summary}. Data set: {escape_markdown(run.data_set)}.{own}{device}{owner}")
    if run.imported:
        st.caption("Its network was brought in as a file, without its curves.")
    if run.status == "pruned":
        st.info(run.pruned_because, icon=":material/content_cut:")
    elif run.status == "failed":
        st.error(escape_markdown(run.error), icon=":material/error:")
        with st.expander("Log"):
            st.code(run.log, language=None)
    elif run.status == "interrupted":
        unknown = "The worker is gone, or cannot write to the runs folder: free some space there."
        reason = escape_markdown(run.error) or unknown
        st.warning(f"{reason} Nothing is lost: Resume goes on from the last checkpoint.", icon=":material/power_off:")


def _owner(run: Run) -> str:
    """Whose it is, where it is somebody else's."""
    person = resources.person()
    if person is None or run.owner_id == person.id:
        return ""
    whose = "everybody" if run.owner is None else escape_markdown(run.owner.name)
    return f" Belongs to {whose}." + ("" if resources.store().access.may_change(run) else " You can look at it.")


def _progress(run: Run) -> None:
    if not run.in_progress:
        return
    if run.status == "queued":
        where = (
            f" on a machine that has {escape_markdown(run.data_set)}" if resources.settings().executor == "ray" else ""
        )
        st.progress(run.progress, text=f"Queued: starts when a worker is free{where}")
        return
    left = "" if run.seconds_left is None else f", {run.seconds_left:.0f} s left"
    st.progress(
        run.progress, text=f"Step {run.step:,} of {run.steps:,}, {run.images_per_second:,.0f} images a second{left}"
    )


def _results(run: Run) -> None:
    """The results so far: as one line during training, since every element is sent anew to every viewer each second."""
    numbers = {
        "Learning rate": f"{_next_learning_rate(run):.3g}" if run.in_progress else "",
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


def _next_learning_rate(run: Run) -> float:
    """What was asked for, though the worker may not have read it yet, or what the schedule says."""
    return run.control.learning_rate or float(run.learning_rates([run.step])[0])
