"""The frame around every page: configuration, navigation, the sidebar, errors as sentences, and what is polled."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

import streamlit as st

from mnist_core import DigitLabError, data
from mnist_core.store import Run
from ui import resources
from ui.text import escape_markdown

PAGES = {
    "streamlit_app.py": ("Home", "home"),
    "pages/data.py": ("Data", "grid_view"),
    "pages/knn.py": ("K nearest neighbours", "hub"),
    "pages/train.py": ("Train", "model_training"),
    "pages/evaluate.py": ("Evaluate", "fact_check"),
    "pages/draw.py": ("Draw", "draw"),
    "pages/runs.py": ("Runs", "list_alt"),
}

LOST_SECONDS = 10.0
"""A poll that is overdue for so long counts as lost."""
Device: TypeAlias = dict[str, Any]
Polled = TypeVar("Polled")

_MOST_RUNS_IN_SIDEBAR = 3
# A file, because a Material symbol would be fetched from the internet.
_ICON = str(Path(__file__).parent / "icon.png")


@contextmanager
def page(path: str, sentence: str) -> Iterator[None]:
    """Configure the page, draw the sidebar and the heading, and show the body's errors as one sentence."""
    title, _ = PAGES[path]
    st.session_state["polls-due"] = {}
    st.set_page_config(page_title=f"{title} - Digit Lab", page_icon=_ICON, layout="wide")
    with st.sidebar:
        _sidebar()
    st.title("Digit Lab" if title == "Home" else title)
    st.markdown(sentence)
    with errors_shown():
        yield


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show a `DigitLabError` as its sentence and go on after the block."""
    try:
        yield
    except DigitLabError as error:
        st.error(str(error), icon=":material/error:")


def delete_button(sentence: str, key: str, delete: Callable[..., None], *arguments: object) -> None:
    """Offer to call `delete` with the arguments, behind a popover whose `sentence` says what that removes."""
    with st.popover("Delete", icon=":material/delete:", key=f"popover-{key}"):
        st.write(sentence)
        st.button("Delete for good", type="primary", key=key, on_click=errors_shown()(delete), args=arguments)


def poll(
    key: str,
    read: Callable[[], Polled],
    show: Callable[[Polled], None],
    seconds: Callable[[Polled], float | None],
    longest: float = 1.0,
) -> None:
    """Show what `read` returns, and read and show it again after as many seconds as `seconds` says; None for never.

    It is a fragment: the rest of the page is left alone. The whole page runs once when `seconds` begins or ceases to
    say None. No interval is more than `longest`, and a change of it takes effect within that time. What is read with
    the same `key` is shared by all sessions for half an interval, so it must not be changed.
    """
    known = [read()]
    interval = seconds(known[0])
    polled = interval is not None
    due: dict[str, float] = st.session_state["polls-due"]

    def latest() -> Polled:
        if known:
            return known.pop()
        return _shared(f"{resources.settings().runs_dir} {key}", (interval or longest) / 2, read)

    def refresh() -> None:
        with errors_shown():
            state = latest()
            if (seconds(state) is not None) != polled:
                st.rerun()
            show(state)

    def choose_interval() -> None:
        nonlocal interval
        if polled:
            due[key] = time.monotonic() + longest + LOST_SECONDS
        # The interval of a fragment can be changed by a fragment around it, which has a timer of its own, without a run
        # of the whole page.
        with errors_shown():
            state = latest()
            known.append(state)
            interval = seconds(state)
            shorter = interval is not None and interval < longest
            (st.fragment(refresh, run_every=interval) if shorter else refresh)()

    st.fragment(choose_interval, run_every=longest if polled else None)()


def _rerun_where_a_poll_was_lost() -> None:
    """Run the whole page again where one of its polls is overdue.

    Streamlit loses the last elements and timers of a page run where the request of a fragment arrives just as it ends;
    that of the sidebar, among the first, is not lost.
    """
    if any(due < time.monotonic() for due in st.session_state["polls-due"].values()):
        st.rerun()


def read_anew() -> None:
    """Have the next poll of each session read again, since what it shows was just changed."""
    _last_read.clear()


_last_read: dict[str, tuple[float, object]] = {}
"""By its key, when something was read for a poll, and what; shared by all sessions."""
_reading = threading.Lock()


def _shared(key: str, seconds: float, read: Callable[[], Polled]) -> Polled:
    """What was read with that key in these seconds, by whichever session."""
    with _reading:
        read_at, value = _last_read.get(key, (-math.inf, None))
        if time.monotonic() - read_at > seconds:
            value = read()
            _last_read[key] = (time.monotonic(), value)
    return cast(Polled, value)


def _sidebar() -> None:
    st.markdown("### :material/neurology: Digit Lab")
    for path, (title, icon) in PAGES.items():
        st.page_link(path, label=title, icon=f":material/{icon}:")
    st.divider()
    with errors_shown():
        st.caption(f":material/database: {data.identify(resources.settings().data_dir).sentence}")
    with errors_shown():
        poll("sidebar", _read_state, _show_state, _seconds, longest=15.0)


def _read_state() -> tuple[Device | None, list[Run]]:
    store = resources.store()
    resources.executor().keep_workers()
    return store.workers.device(), store.runs.in_progress()


def _seconds(state: tuple[Device | None, list[Run]]) -> float:
    """Until the sidebar is read again: often until the device is known, rarely while nothing is trained."""
    device, runs = state
    return 1.0 if device is None else 5.0 if runs else 15.0


def _show_state(state: tuple[Device | None, list[Run]]) -> None:
    device, runs = state
    _rerun_where_a_poll_was_lost()
    st.caption(device_line(device))
    if device is not None:
        resources.import_torch_ahead()
    for run in runs[:_MOST_RUNS_IN_SIDEBAR]:
        label = f"{escape_markdown(run.name)}: {'queued' if run.status == 'queued' else f'{run.progress:.0%}'}"
        icon, address = ":material/progress_activity:", {"run": str(run.id)}
        st.page_link("pages/train.py", label=label, icon=icon, query_params=address)
    if len(runs) > _MOST_RUNS_IN_SIDEBAR:
        st.caption(f"and {len(runs) - _MOST_RUNS_IN_SIDEBAR:,} more in the queue")


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
