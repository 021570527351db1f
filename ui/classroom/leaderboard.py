"""Who has the best validation accuracy; a teacher switches it on."""

import pandas as pd
import streamlit as st

from mnist_core.evaluation.leaderboard import Place, ranked
from mnist_core.store import Leaderboard
from ui import resources
from ui.errors import errors_shown
from ui.text import escape_markdown

_MODES: dict[Leaderboard, str] = {"off": "Off", "anonymous": "Without names", "names": "With names"}
_KEY = "leaderboard"


def show_and_switch() -> None:
    """What the class sees, below the switch."""
    st.segmented_control(
        "Leaderboard",
        list(_MODES),
        required=True,
        default=resources.store().classroom.settings().leaderboard,
        key=_KEY,
        format_func=_MODES.__getitem__,
        on_change=_switch,
        help="Everybody in the class sees it on this page. Each learner's own place is marked in both kinds.",
    )
    show()


def show() -> None:
    """The leaderboard on the data set of this session; nothing where it is off."""
    mode = resources.store().classroom.settings().leaderboard
    if mode == "off":
        return
    data_set = resources.identity().name
    places = ranked(resources.store().classroom.leaderboard(data_set))
    st.subheader(f"Leaderboard on {escape_markdown(data_set)}", anchor=False)
    if not places:
        st.info("No learner has a run with validation images on this data set yet.", icon=":material/leaderboard:")
        return
    own = next((place for place in places if place.standing.is_own), None)
    if own is not None:
        st.markdown(f"You are at place **{own.number:,}** of {len(places):,}.")
    st.dataframe(_table(places, with_names=mode == "names"), hide_index=True, alt="The learners, the best first")
    st.caption(
        "By validation accuracy, in the order of the lower ends of the 95 % intervals, so that luck with few images "
        "does not win. Where intervals overlap, the order may be chance. The test set stays closed."
    )


def _table(places: list[Place], *, with_names: bool) -> pd.DataFrame:
    standings = [place.standing for place in places]
    return pd.DataFrame(
        {"Place": [place.number for place in places]}
        | ({"Name": [standing.name for standing in standings]} if with_names else {})
        | {
            "You": ["you" if standing.is_own else "" for standing in standings],
            "Validation accuracy": [f"{100 * standing.accuracy:.2f} %" for standing in standings],
            "95 % interval": [f"{100 * low:.2f} to {100 * high:.2f} %" for low, high in (p.interval for p in places)],
            "Validation images": [standing.validation_images for standing in standings],
        }
    )


@errors_shown()
def _switch() -> None:
    resources.store().classroom.set_leaderboard(st.session_state[_KEY])
