"""Long work on a page: one task after another under a progress bar, with the time left, until somebody stops it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

REDRAW_SECONDS = 4.0
"""The page runs again this often while tasks are done, to show the results so far."""


@dataclass(frozen=True)
class Task:
    """`do` stores its result, and reports the share done, 0 to 1; `cost` is its duration relative to others'."""

    name: str
    cost: float
    do: Callable[[Callable[[float], None]], object]


def run_tasks(tasks: list[Task], planned: int, cost: float, bar: DeltaGenerator, key: str) -> None:
    """Do tasks, those left of `planned` ones with a total `cost`, for some seconds, then run the page again.

    The page then goes on with the rest. `key` names the work in this session.
    """
    started = time.monotonic()
    costs = [task.cost for task in tasks]
    begun, whole = st.session_state.setdefault(f"{key}-began", (started, sum(costs)))
    for number, task in enumerate(tasks):

        def progress(share: float, number: int = number, task: Task = task) -> None:
            left = sum(costs[number:]) - share * costs[number]
            seconds = (time.monotonic() - begun) * left / max(whole - left, 1e-9)
            time_left = f", about {seconds:.0f} s left" if left < whole else ""
            name = f"{planned - len(tasks) + number + 1} of {planned}: {task.name}"
            shown = min(max(1 - left / cost, 0.0), 1.0), name + time_left
            st.session_state[f"{key}-progress"] = shown
            bar.progress(*shown)

        progress(0.0)
        task.do(progress)
        if time.monotonic() - started > REDRAW_SECONDS:
            break
    else:
        forget(key)
    st.rerun()


def progress_bar(key: str, at_work: bool) -> DeltaGenerator:
    """The place of the bar for `run_tasks`; while at work it shows at once how far it was before the page ran again."""
    bar = st.empty()
    if at_work and f"{key}-progress" in st.session_state:
        bar.progress(*st.session_state[f"{key}-progress"])
    return bar


def buttons(key: str, at_work: bool, missing: bool, want: Callable[[Any], None], start: Any, stop: Any) -> None:
    """Offer to measure what is missing and to stop; `want` is called with `start` or `stop`."""
    st.button(
        "Measure",
        type="primary",
        icon=":material/play_arrow:",
        disabled=at_work or not missing,
        key=f"measure-{key}",
        on_click=want,
        args=(start,),
    )
    st.button(
        "Stop",
        icon=":material/stop:",
        disabled=not at_work,
        key=f"stop-{key}",
        on_click=want,
        args=(stop,),
        help="What is measured is kept.",
    )


def request(key: str, work: object) -> None:
    """Put work that is to be done into the session, under this key; None where none is to be done."""
    st.session_state[key] = work
    forget(key)


def forget(key: str) -> None:
    """Forget how far the work with that key is and when it began, so that its time left is estimated anew."""
    for name in ("began", "progress"):
        st.session_state.pop(f"{key}-{name}", None)
