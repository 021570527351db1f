"""Several trainings of the same settings, shown and steered as one: started, stopped, resumed and deleted together."""

from collections.abc import Callable

import streamlit as st

from mnist_core.evaluation import repeats as statistics
from mnist_core.store import Repeats, RepeatsKind, Run
from ui import resources
from ui.errors import errors_shown
from ui.polling import poll
from ui.run_view.run_controls import act, button
from ui.shell import delete_button
from ui.text import escape_markdown


def offer(kind: RepeatsKind, run: Run, label: str, fewest: int) -> Repeats | None:
    """Offer to train a run's settings with several seeds, unless that is in progress.

    Returns the newest repeats of these settings, whatever their seed, on the data set in use.
    """
    store, data_set, settings = resources.store(), resources.data_set().name, run.config.model_dump(exclude={"seed"})
    same = (
        repeats
        for repeats in store.repeats.all(kind)
        if repeats.data_set == data_set and repeats.config.model_dump(exclude={"seed"}) == settings
    )
    latest = next(same, None)
    if run.own_images:
        st.caption("It goes on with another run's network and own digits; here it is trained without both.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seeds = st.number_input(
            "Seeds", fewest, statistics.MOST_SEEDS, 3, key=f"seeds-{kind}", persist_state="session", width=120
        )
        in_progress = latest is not None and any(run.in_progress for run in store.repeats.runs(latest.id))
        if st.button(label, icon=":material/play_arrow:", disabled=in_progress, key=f"start-{kind}"):
            with errors_shown():
                resources.executor().submit_repeats(kind, run.config, seeds, data_set=data_set)
                st.rerun()
    return latest


def live(repeats: Repeats, show: Callable[[list[Run]], None]) -> None:
    """Show repeats, polled while they are in progress; `show` is called with their runs."""

    def show_all(runs: list[Run]) -> None:
        _progress(repeats, runs)
        show(runs)

    poll(
        f"repeats-{repeats.id}",
        lambda: resources.whole_store().repeats.runs(repeats.id),
        show_all,
        lambda runs: 1.0 if any(run.in_progress for run in runs) else None,
    )


def excluded_caption(runs: list[Run]) -> None:
    """Say how many runs were trained otherwise than their settings say; the numbers are not of these."""
    count = sum(run.status == "finished" for run in runs) - len(statistics.finished_as_configured(runs))
    if count:
        st.caption(f"Left out, since trained otherwise than the settings say: {count} of {len(runs)} runs.")


def _progress(repeats: Repeats, runs: list[Run]) -> None:
    finished = sum(run.status == "finished" for run in runs)
    waiting = [run for run in runs if run.in_progress]
    resumable = [run for run in runs if run.can_resume]
    if waiting or resumable:
        seconds = statistics.seconds_left(runs)
        time_left = f", about {seconds:.0f} s left" if seconds is not None else ""
        now = next((f", now {escape_markdown(run.name)}" for run in waiting if run.status == "running"), "")
        st.progress(statistics.progress(runs), text=f"{finished} of {len(runs)} runs finished{now}{time_left}")
    for run in runs:
        if run.status == "failed":
            st.error(f"{escape_markdown(run.name)}: {escape_markdown(run.error or '')}", icon=":material/error:")
    if not resources.store().access.may_change(repeats):
        return
    actions = resources.store().repeats
    with st.container(horizontal=True):
        button("Stop", "stop", actions.stop, repeats.id, disabled=not waiting, help_text="What is trained is kept.")
        button("Resume", "play_arrow", actions.resume, repeats.id, disabled=not resumable)
        sentence = f"{escape_markdown(repeats.name)} and its {len(runs)} runs are removed for good."
        delete_button(sentence, f"delete-repeats-{repeats.id}", act, actions.delete, repeats.id)
