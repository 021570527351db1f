"""The part of the sidebar that changes by itself: the device, the runs in progress and what keeps workers away."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple, TypeAlias

import streamlit as st

from mnist_core import DigitLabError
from mnist_core.jobs.executor import Executor
from mnist_core.store import Run, Store
from ui import login, polling, query_params, resources, turns
from ui.components import state_watcher
from ui.errors import errors_shown
from ui.text import escape_markdown

_SECONDS, _LONGEST_SECONDS, _SECONDS_UNTIL_DEVICE = 10.0, 30.0, 1.0
"""Between two looks at it, which all sessions take as long as they are open: at first, and while nothing changes."""
_MOST_RUNS = 3
Device: TypeAlias = dict[str, Any]


class _State(NamedTuple):
    device: Device | None
    trouble: str
    """Why there may be no workers; empty where nothing is known of it."""
    runs: list[Run]
    """Those in progress."""
    error: str = ""
    """Why nothing can be read; empty where it can."""


class _Watched(NamedTuple):
    """What `state_watcher.watch` is given."""

    read: Callable[[], state_watcher.State]
    state: state_watcher.State
    seconds: float
    longest: float


def show() -> None:
    """Show it in a fragment that runs again when it has changed; how far the runs are is written without that."""
    st.fragment(_show)()


def device_line(device: Device | None) -> str:
    """The device that the warm worker reported, with the reason for it."""
    if device is None:
        return ":material/memory: Device: PyTorch is starting"
    threads = "1 thread" if device["threads"] == 1 else f"{device['threads']} threads"
    memory = f", {device['memory'] / 2**30:.0f} GiB" if device["memory"] else ""
    return (
        f":material/memory: Device: **{device['name']}**{memory} ({device['reason']}), "
        f"{threads}. PyTorch {device['torch_version']}, built for {device['build']}."
    )


def _show() -> None:
    with turns.turn(polling.LONGEST_WAIT_SECONDS):
        # Where it cannot be shown: two versions that differ, so that it is tried again.
        watched = _Watched(lambda: ("", {}), ("cannot be shown", {}), _SECONDS, _SECONDS)
        with errors_shown():
            watched = _show_current()
        state_watcher.watch(*watched)


def _show_current() -> _Watched:
    settings = resources.settings()
    login.rerun_where_it_has_ended(settings)
    store = resources.store()
    read = partial(_read, store, resources.executor())
    # What is in progress is each person's own.
    key = f"sidebar {store.access.owner_id}"
    state = read()
    polling.share(key, state)
    _show_state(state)
    starts = state.device is None and not state.trouble and not state.error
    seconds, longest = (_SECONDS_UNTIL_DEVICE, _SECONDS_UNTIL_DEVICE) if starts else (_SECONDS, _LONGEST_SECONDS)
    require_login = login.requirement(settings)

    def answer() -> state_watcher.State:
        try:
            require_login()
        except DigitLabError as error:
            return str(error), {}
        return _answer(polling.read_shared(key, seconds / 4, read))

    return _Watched(answer, _answer(state), seconds, longest)


def _read(store: Store, executor: Executor) -> _State:
    try:
        executor.keep_workers()
        return _State(store.workers.device(), executor.trouble, store.runs.in_progress())
    except DigitLabError as error:
        return _State(None, "", [], str(error))


def _answer(state: _State) -> state_watcher.State:
    runs = state.runs[:_MOST_RUNS]
    shown = state._replace(runs=[]), [(run.id, run.name) for run in runs], len(state.runs)
    texts = {_key(run): ": queued" if run.status == "queued" else f": {run.progress:.0%}" for run in runs}
    return sha256(repr(shown).encode()).hexdigest(), texts


def _key(run: Run) -> str:
    """Of the container around the link to a run."""
    return f"sidebar-run-{run.id}"


def _show_state(state: _State) -> None:
    if state.error:
        st.error(escape_markdown(state.error), icon=":material/error:")
        return
    if state.trouble:
        st.warning(escape_markdown(state.trouble), icon=":material/cloud_off:")
    if state.device is not None or not state.trouble:
        st.caption(device_line(state.device))
    if state.device is not None:
        resources.import_torch_ahead()
    for run in state.runs[:_MOST_RUNS]:
        icon, address = ":material/progress_activity:", query_params.link(run=str(run.id))
        with st.container(key=_key(run)):
            st.page_link("pages/train.py", label=escape_markdown(run.name), icon=icon, query_params=address)
    if len(state.runs) > _MOST_RUNS:
        st.caption(f"and {len(state.runs) - _MOST_RUNS:,} more in the queue")
