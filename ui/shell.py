"""The frame around every page: configuration, navigation, the sidebar, and errors as sentences."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from mnist_core import data
from mnist_core.claims import Login
from ui import login, page_ends, query_params, resources, sidebar_state, turns
from ui.components import one_history_entry
from ui.errors import errors_shown
from ui.query_params import DATA_SET
from ui.text import escape_markdown

HOME = "streamlit_app.py"
CLASS = "pages/classroom.py"
"""In the menu only where people log in."""
PAGES = {
    HOME: ("Home", "home"),
    "pages/data.py": ("Data", "grid_view"),
    "pages/knn.py": ("K nearest neighbours", "hub"),
    "pages/train.py": ("Train", "model_training"),
    "pages/sweep.py": ("Sweep", "travel_explore"),
    "pages/evaluate.py": ("Evaluate", "fact_check"),
    "pages/draw.py": ("Draw", "draw"),
    "pages/runs.py": ("Runs", "list_alt"),
    CLASS: ("Class", "school"),
}


def _url_path(path: str) -> str:
    """The last part of a page's address; empty for Home."""
    return "" if path == HOME else Path(path).stem


_TITLES = {_url_path(path): f"{title} - Digit Lab" for path, (title, _) in PAGES.items()}
_OF_A_RUN = ("pages/evaluate.py", "pages/draw.py")
"""Pages that let the network of a run read a data set."""
# A file, because a Material symbol would be fetched from the internet.
_ICON = str(Path(__file__).parent / "icon.png")
_STYLES = Path(__file__).with_suffix(".css")

page_ends.keep()  # before the first page run of the server


@contextmanager
def page(path: str, sentence: str) -> Iterator[None]:
    """Configure the page, draw the sidebar and the heading, and show the body's errors as one sentence."""
    with turns.turn():
        title, _ = PAGES[path]
        st.set_page_config(page_title=_TITLES[_url_path(path)], page_icon=_ICON, layout="wide")
        st.html(_STYLES)
        who = login.require(resources.settings)
        one_history_entry.keep(_TITLES)
        st.title("Digit Lab" if title == "Home" else title)
        st.markdown(sentence)
        with errors_shown():
            _choose_data_set(path)
        with st.sidebar:
            _sidebar(who)
        with errors_shown():
            yield


def delete_button(sentence: str, key: str, delete: Callable[..., None], *arguments: object) -> None:
    """Offer to call `delete` with the arguments, behind a popover whose `sentence` says what that removes."""
    with st.popover("Delete", icon=":material/delete:", key=f"popover-{key}"):
        st.write(sentence)
        st.button("Delete for good", type="primary", key=key, on_click=resources.callback(delete), args=arguments)


def _choose_data_set(path: str) -> None:
    """Use the data set that the address asks for, or that of the run to which it links; otherwise the one before."""
    asked = st.query_params.get("run", "") if path in _OF_A_RUN and DATA_SET not in st.query_params else ""
    if asked in (st.session_state.get("model-in-address"), st.session_state.get("networks-in-address")):
        asked = ""  # it is no link: these pages keep in the address what is chosen on them
    first = asked.partition(",")[0]
    if not first.isdecimal() and DATA_SET not in st.query_params and st.session_state.get(DATA_SET) is None:
        return
    names = [identity.name for identity in data.available(resources.settings())]
    for run in resources.store().runs.get_all([int(first)] if first.isdecimal() and len(first) < 19 else []):
        if run.data_set in names and not resources.works_on(run.data_set):
            query_params.keep_choice(DATA_SET, run.data_set)
    query_params.current_choice(
        DATA_SET, names, None, missing="There is no data set {} here; choose another one on the Data page."
    )


def _sidebar(who: Login | None) -> None:
    st.markdown("### :material/neurology: Digit Lab")
    for path, (title, icon) in PAGES.items():
        if path != CLASS or who is not None:
            st.page_link(path, label=title, icon=f":material/{icon}:", query_params=query_params.link())
    st.divider()
    if who is not None:
        login.show(who)
    with errors_shown():
        st.caption(f":material/database: {escape_markdown(resources.identity().sentence)}")
    sidebar_state.show()
