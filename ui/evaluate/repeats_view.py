"""A series of runs as one: started with a button, one progress bar, stopped, resumed and deleted together."""

from collections.abc import Callable

import streamlit as st

from mnist_core.config import TrainingConfig
from mnist_core.evaluation import repeats
from mnist_core.store import Repeats, RepeatsKind, Run
from ui import resources
from ui.shell import errors_shown
from ui.text import escape_markdown

_POLL_SECONDS = 1.0


def start(kind: RepeatsKind, run: Run, label: str, fewest: int) -> None:
    """Ask for the number of seeds and offer to train the series with a run's settings."""
    if run.own_images:
        st.caption("It goes on with another run's network and digits of yours; here it is trained without both.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seeds = st.number_input(
            "Seeds", fewest, repeats.MOST_SEEDS, 3, key=f"seeds-{kind}", persist_state="session", width=120
        )
        waiting = any(run.in_progress for run in _runs_of(latest(kind, run)))
        if st.button(label, icon=":material/play_arrow:", disabled=waiting, key=f"start-{kind}"):
            with errors_shown():
                resources.executor().submit_repeats(kind, run.config, seeds)
                st.rerun()


def latest(kind: RepeatsKind, run: Run) -> Repeats | None:
    """The newest series of a kind with a run's settings, whatever its seed, on the data set in use."""
    name, settings = resources.data_set().name, _but_seed(run.config)
    found = resources.store().repeats.all(kind)
    return next((each for each in found if each.data_set == name and _but_seed(each.config) == settings), None)


def _but_seed(config: TrainingConfig) -> TrainingConfig:
    return config.model_copy(update={"seed": 0})


def live(found: Repeats, show: Callable[[list[Run]], None]) -> None:
    """Show a series, polled while it is in progress; `show` is given its runs."""
    in_progress = any(run.in_progress for run in _runs_of(found))
    st.fragment(_show, run_every=_POLL_SECONDS if in_progress else None)(found, in_progress, show)


def left_out(runs: list[Run]) -> None:
    """Say of how many runs one was trained otherwise than the settings say, which no number here is of."""
    count = sum(run.status == "finished" for run in runs) - len(repeats.finished_as_configured(runs))
    if count:
        st.caption(f"Left out, since trained otherwise than the settings say: {count} of {len(runs)} runs.")


def _show(found: Repeats, in_progress: bool, show: Callable[[list[Run]], None]) -> None:
    with errors_shown():
        runs = _runs_of(found)
        if not runs or in_progress != any(run.in_progress for run in runs):
            st.rerun()
        _state(found, runs)
        show(runs)


def _state(found: Repeats, runs: list[Run]) -> None:
    finished = sum(run.status == "finished" for run in runs)
    waiting = [run for run in runs if run.in_progress]
    ended = [run for run in runs if run.can_resume]
    share, left = repeats.progress(runs), repeats.seconds_left(runs)
    if waiting or ended:
        time_left = f", about {left:.0f} s left" if left is not None else ""
        now = next((escape_markdown(run.name) for run in waiting if run.status == "running"), "")
        st.progress(share, text=f"{finished} of {len(runs)} runs finished{f', now {now}' if now else ''}{time_left}")
    for run in runs:
        if run.status == "failed":
            st.error(f"{escape_markdown(run.name)}: {run.error}", icon=":material/error:")
    with st.container(horizontal=True):
        st.button(
            "Stop",
            icon=":material/stop:",
            disabled=not waiting,
            key=f"stop-series-{found.id}",
            on_click=_do,
            args=(resources.store().repeats.stop, found.id),
            help="What is trained is kept.",
        )
        st.button(
            "Resume",
            icon=":material/play_arrow:",
            disabled=not ended,
            key=f"resume-series-{found.id}",
            on_click=_do,
            args=(resources.store().repeats.resume, found.id),
        )
        with st.popover("Delete", icon=":material/delete:"):
            st.write(f"{escape_markdown(found.name)} and its {len(runs)} runs are removed for good.")
            st.button(
                "Delete for good",
                type="primary",
                key=f"delete-series-{found.id}",
                on_click=_do,
                args=(resources.store().repeats.delete, found.id),
            )


def _do(action: Callable[[int], None], series_id: int) -> None:
    with errors_shown():
        action(series_id)
        resources.executor().keep_workers()


def _runs_of(found: Repeats | None) -> list[Run]:
    return [] if found is None else resources.store().repeats.runs(found.id)
