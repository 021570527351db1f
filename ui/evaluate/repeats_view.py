"""Several trainings of the same settings, shown and steered as one: started, stopped, resumed and deleted together."""

from collections.abc import Callable

import streamlit as st

from mnist_core.config import TrainingConfig
from mnist_core.evaluation import repeats as statistics
from mnist_core.store import Repeats, RepeatsKind, Run
from ui import resources
from ui.run_view.run_controls import act, button
from ui.shell import errors_shown, poll
from ui.text import escape_markdown

_POLL_SECONDS = 1.0


def latest(kind: RepeatsKind, run: Run) -> Repeats | None:
    """The newest repeats of a run's settings, whatever its seed, on the data set in use."""
    data_set, settings = resources.data_set().name, _without_seed(run.config)
    for repeats in resources.store().repeats.all(kind):
        if repeats.data_set == data_set and _without_seed(repeats.config) == settings:
            return repeats
    return None


def start_button(kind: RepeatsKind, run: Run, repeats: Repeats | None, label: str, fewest: int) -> None:
    """Ask for the number of seeds and offer to repeat a run's settings, unless `repeats` of them are in progress."""
    if run.own_images:
        st.caption("It goes on with another run's network and digits of yours; here it is trained without both.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seeds = st.number_input(
            "Seeds", fewest, statistics.MOST_SEEDS, 3, key=f"seeds-{kind}", persist_state="session", width=120
        )
        in_progress = repeats is not None and _in_progress(resources.store().repeats.runs(repeats.id))
        if st.button(label, icon=":material/play_arrow:", disabled=in_progress, key=f"start-{kind}"):
            with errors_shown():
                resources.executor().submit_repeats(kind, run.config, seeds)
                st.rerun()


def live(repeats: Repeats, show: Callable[[list[Run]], None]) -> None:
    """Show repeats, polled while they are in progress; `show` is called with their runs."""

    def show_all(runs: list[Run]) -> None:
        _progress(repeats, runs)
        show(runs)

    poll(
        lambda: resources.store().repeats.runs(repeats.id),
        show_all,
        lambda runs: _POLL_SECONDS if _in_progress(runs) else None,
    )


def excluded_caption(runs: list[Run]) -> None:
    """Say how many runs were trained otherwise than their settings say; the numbers are not of these."""
    count = sum(run.status == "finished" for run in runs) - len(statistics.finished_as_configured(runs))
    if count:
        st.caption(f"Left out, since trained otherwise than the settings say: {count} of {len(runs)} runs.")


def _in_progress(runs: list[Run]) -> bool:
    return any(run.in_progress for run in runs)


def _without_seed(config: TrainingConfig) -> TrainingConfig:
    return config.model_copy(update={"seed": 0})


def _progress(repeats: Repeats, runs: list[Run]) -> None:
    """One bar for all runs, the errors of those that failed, and what can be done with all of them."""
    finished = sum(run.status == "finished" for run in runs)
    waiting = [run for run in runs if run.in_progress]
    resumable = [run for run in runs if run.can_resume]
    if waiting or resumable:
        seconds = statistics.seconds_left(runs)
        time_left = f", about {seconds:.0f} s left" if seconds is not None else ""
        now = next((f", now {escape_markdown(run.name)}" for run in waiting if run.status == "running"), "")
        text = f"{finished} of {len(runs)} runs finished{now}{time_left}"
        st.progress(statistics.progress(runs), text=text)
    for run in runs:
        if run.status == "failed":
            st.error(f"{escape_markdown(run.name)}: {run.error}", icon=":material/error:")
    actions = resources.store().repeats
    with st.container(horizontal=True):
        button("Stop", "stop", actions.stop, repeats.id, disabled=not waiting, help_text="What is trained is kept.")
        button("Resume", "play_arrow", actions.resume, repeats.id, disabled=not resumable)
        with st.popover("Delete", icon=":material/delete:"):
            st.write(f"{escape_markdown(repeats.name)} and its {len(runs)} runs are removed for good.")
            st.button(
                "Delete for good",
                type="primary",
                key=f"delete-repeats-{repeats.id}",
                on_click=act,
                args=(actions.delete, repeats.id),
            )
