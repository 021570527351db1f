"""The runs that are trained and those that wait, to open or to stop some."""

import pandas as pd
import streamlit as st

from mnist_core.store import Queue, Run
from ui import resources
from ui.components.choices import choose_rows
from ui.errors import errors_shown
from ui.polling import poll
from ui.run_view.run_controls import act

MOST_WAITING = 100
"""So many of those that wait are listed."""


def show() -> None:
    poll("class-queue", _read, _show, _seconds, longest=15.0)


def _read() -> Queue:
    return resources.store().classroom.queue(MOST_WAITING)


def _seconds(queue: Queue) -> float:
    return 3.0 if queue.training or queue.waiting else 15.0


def _show(queue: Queue) -> None:
    resources.store().access.require_teacher("see the queue of all")  # read for all teachers who watch it
    runs = [*queue.training, *queue.waiting]
    if not runs:
        st.info("No run is trained, and none waits.", icon=":material/check:")
        return
    more = queue.waiting_count - len(queue.waiting)
    st.caption(
        f"{len(queue.training):,} in training, {queue.waiting_count:,} waiting. People take turns: the next run is of "
        "whoever has the fewest in training." + f" The last {more:,} are not listed." * (more > 0)
    )
    ids = [run.id for run in runs]
    chosen = [run_id for run_id in st.session_state.get("queue-chosen", []) if run_id in ids]
    # A selection is kept as row numbers, so a queue that has changed is a new table with the same runs selected.
    rows = choose_rows(
        _table(queue),
        "multi-row",
        key=f"queue-{hash(tuple(ids))}",
        selection_default={"selection": {"rows": [ids.index(run_id) for run_id in chosen]}},
        alt="The queue: what is trained, then what waits, the next one first",
    )
    st.session_state["queue-chosen"] = [ids[row] for row in rows if row < len(ids)]
    _act_on([runs[row] for row in rows if row < len(runs)])


def _act_on(runs: list[Run]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        label = "Stop" if len(runs) < 2 else f"Stop {len(runs):,} runs"
        st.button(
            label, icon=":material/stop:", key="queue-stop", disabled=not runs, on_click=_stop, args=(tuple(runs),)
        )
        if len(runs) == 1:
            address = resources.link_to(runs[0])
            st.page_link("pages/train.py", label="Open on Train", icon=":material/open_in_new:", query_params=address)
        elif not runs:
            st.caption("Select runs in the table to stop them, or one to open it.")


@errors_shown()
def _stop(runs: tuple[Run, ...]) -> None:
    for run in runs:
        act(resources.store().control.stop, run.id)
    st.session_state["queue-chosen"] = []


def _table(queue: Queue) -> pd.DataFrame:
    runs = [*queue.training, *queue.waiting]
    return pd.DataFrame(
        {
            "Place": [""] * len(queue.training) + [str(place + 1) for place in range(len(queue.waiting))],
            "Owner": [run.owner.name if run.owner else "" for run in runs],
            "Run": [run.name for run in runs],
            "Status": [run.status for run in runs],
            "Progress": [f"{run.progress:.0%}" if run.step else "" for run in runs],
            "Data set": [run.data_set for run in runs],
            "Settings": [run.config.summary for run in runs],
        }
    )
