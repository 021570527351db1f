"""The frame around every page: configuration, navigation, the sidebar, and errors as sentences."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import streamlit as st

from mnist_core import data
from mnist_core.store import Run
from ui import polling, resources
from ui.components import one_history_entry
from ui.errors import errors_shown
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

Device: TypeAlias = dict[str, Any]

_MOST_RUNS_IN_SIDEBAR = 3
# A file, because a Material symbol would be fetched from the internet.
_ICON = str(Path(__file__).parent / "icon.png")
_STYLES = Path(__file__).with_suffix(".css")


@contextmanager
def page(path: str, sentence: str) -> Iterator[None]:
    """Configure the page, draw the sidebar and the heading, and show the body's errors as one sentence."""
    title, _ = PAGES[path]
    polling.begin_page()
    st.set_page_config(page_title=f"{title} - Digit Lab", page_icon=_ICON, layout="wide")
    st.html(_STYLES)
    one_history_entry.keep()
    with st.sidebar:
        _sidebar()
    st.title("Digit Lab" if title == "Home" else title)
    st.markdown(sentence)
    with errors_shown():
        yield


def delete_button(sentence: str, key: str, delete: Callable[..., None], *arguments: object) -> None:
    """Offer to call `delete` with the arguments, behind a popover whose `sentence` says what that removes."""
    with st.popover("Delete", icon=":material/delete:", key=f"popover-{key}"):
        st.write(sentence)
        st.button("Delete for good", type="primary", key=key, on_click=errors_shown()(delete), args=arguments)


def _sidebar() -> None:
    st.markdown("### :material/neurology: Digit Lab")
    for path, (title, icon) in PAGES.items():
        st.page_link(path, label=title, icon=f":material/{icon}:")
    st.divider()
    with errors_shown():
        st.caption(f":material/database: {data.identify(resources.settings()).sentence}")
    with errors_shown():
        polling.poll("sidebar", _read_state, _show_state, _seconds, longest=15.0)


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
    polling.rerun_where_a_poll_was_lost()
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
