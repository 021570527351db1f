"""The sweep that is shown: chosen from a list, steered, renamed and deleted, and its results as they come."""

from contextlib import suppress
from functools import lru_cache

import streamlit as st

from mnist_core import DigitLabError
from mnist_core.formatting import duration
from mnist_core.names import LONGEST_NAME
from mnist_core.store import Store, Sweep
from mnist_core.sweep.results import epochs_spent
from mnist_core.sweep.snapshot import Snapshot, SweepReader
from ui import query_params, resources
from ui.errors import errors_shown
from ui.polling import poll
from ui.run_view.run_controls import act, button
from ui.shell import delete_button
from ui.sweep import best_settings, sweep_charts, sweep_table
from ui.text import escape_markdown

_BADGES = {
    "running": ("play_arrow", "blue"),
    "paused": ("pause", "orange"),
    "stopped": ("stop", "orange"),
    "finished": ("check", "green"),
}


def choose() -> Sweep | None:
    """The sweep that the address asks for, or this session showed last, or the newest; None where there is none."""
    listed = resources.store().sweeps.all()
    for asked in query_params.ids("sweep") - {sweep.id for sweep in listed}:
        with suppress(DigitLabError):  # said below
            listed.append(resources.store().sweeps.get(asked))
    sweeps = {str(sweep.id): sweep for sweep in listed}
    chosen = query_params.current_choice(
        "sweep", sweeps, next(iter(sweeps), None), missing="There is no sweep {}; it may have been deleted."
    )
    if chosen is None:
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Sweep",
            list(sweeps),
            key="sweep",
            format_func=lambda number: f"{number}: {sweeps[number].name}",
            persist_state="session",
            width=300,
        )
        if resources.store().access.may_change(sweeps[chosen]):
            _rename_and_delete(sweeps[chosen])
    return sweeps[chosen]


def show(sweep: Sweep) -> None:
    """Show a sweep, polled while it is in progress; the page runs again when it has ended."""
    reader = _reader(resources.whole_store(), sweep.id)
    poll(f"sweep-{sweep.id}", reader.read, _show, lambda snapshot: 1.0 if snapshot.in_progress else None)


@lru_cache(32)
def _reader(store: Store, sweep_id: int) -> SweepReader:
    return SweepReader(store, sweep_id)


def _show(snapshot: Snapshot) -> None:
    _show_state(snapshot)
    # What takes long when it is first asked for comes last, so that the rest is seen before.
    best, charts, importance = st.container(), st.container(), st.container()
    sweep_table.show(snapshot)
    with charts:
        sweep_charts.show(snapshot)
    with best:
        best_settings.show(snapshot)
    with importance:
        sweep_charts.show_importance(snapshot)


def _show_state(snapshot: Snapshot) -> None:
    sweep, outcome = snapshot.sweep, snapshot.outcome
    icon, colour = _BADGES[sweep.status]
    st.subheader(f"{escape_markdown(sweep.name)} :{colour}-badge[:material/{icon}: {sweep.status}]", anchor=False)
    st.caption(
        f"{outcome.plan.summary}. Otherwise: {sweep.config.summary}. Data set: {escape_markdown(sweep.data_set)}."
    )
    progress = snapshot.progress
    stopped_early = sum(run.status == "pruned" for run in outcome.ended)
    text = (
        f"{len(outcome.ended):,} of at most {outcome.plan.most_runs:,} settings tried in "
        f"{epochs_spent(snapshot.runs):,} epochs, {stopped_early:,} stopped early"
    )
    if sweep.status == "finished":
        st.caption(f"{text}.")
    else:
        left = progress.seconds_left
        st.progress(progress.share, text=text if left is None else f"{text}, about {duration(left)} left")
    if sweep.paused_because:
        st.warning(f"{escape_markdown(sweep.paused_because)} Then press Resume.", icon=":material/pause:")
    if not resources.store().access.may_change(sweep):
        return
    actions = resources.store().sweeps
    with st.container(horizontal=True):
        if sweep.status == "running":
            button("Pause", "pause", actions.pause, sweep.id)
        if sweep.status in ("running", "paused"):
            button("Stop", "stop", actions.stop, sweep.id, help_text="What is trained is kept.")
        lost = any(run.status == "interrupted" for run in snapshot.runs)
        if sweep.status in ("paused", "stopped") or lost:
            button("Resume", "play_arrow", actions.resume, sweep.id)


def _rename_and_delete(sweep: Sweep) -> None:
    name = f"sweep-name-{sweep.id}"
    with st.popover("Rename", icon=":material/edit:"):
        st.text_input("Name", sweep.name, key=name, max_chars=LONGEST_NAME, on_change=_rename, args=(sweep.id, name))
    sentence = f"{escape_markdown(sweep.name)}, all its runs and their networks are removed for good."
    delete_button(sentence, f"delete-sweep-{sweep.id}", _delete, sweep.id)


def _delete(sweep_id: int) -> None:
    act(resources.store().sweeps.delete, sweep_id)
    st.query_params.pop("sweep", None)  # or the page would say that what the address asks for is not there


def _rename(sweep_id: int, key: str) -> None:
    with errors_shown():
        resources.store().sweeps.rename(sweep_id, st.session_state[key])
