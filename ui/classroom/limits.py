"""How much each person may take of the server."""

import pandas as pd
import streamlit as st

from mnist_core.store import Person
from ui import resources
from ui.errors import errors_shown

_RUNS, _SPACE = "Runs in progress at most", "MB on disk at most"
_MOST = {_RUNS: 100_000, _SPACE: 100_000_000}


def show() -> None:
    store, server = resources.store(), resources.settings()
    people = {str(person.id): person for person in store.people.get_all()}
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Everybody", anchor=False)
        ours = store.classroom.settings()
        _choose(_RUNS, "class", ours.most_runs, f"{server.runs_per_person:,}, as the server's settings say")
        _choose(_SPACE, "class", ours.most_megabytes, f"{server.megabytes_per_person:,}, as the server's settings say")
        st.button("Set for everybody", icon=":material/done_all:", on_click=_set_for_all)
    with right:
        st.subheader("One person", anchor=False)
        number = st.selectbox(
            "Person",
            list(people),
            key="limits-person",
            format_func=lambda number: f"{number}: {people[number].name}",
            persist_state="session",
        )
        person = people[number]
        _choose(_RUNS, number, person.most_runs, "As everybody")
        _choose(_SPACE, number, person.most_megabytes, "As everybody")
        st.button("Set for this person", icon=":material/done:", on_click=_set_for_one, args=(number,))
    st.caption(
        "A run is in progress while it waits, is trained or is paused. An empty field keeps to what is written in it."
    )
    if limited := [each for each in people.values() if (each.most_runs, each.most_megabytes) != (None, None)]:
        st.dataframe(_table(limited), hide_index=True, placeholder="", alt="People who have limits of their own")


def _choose(label: str, whose: str, limit: int | None, placeholder: str) -> None:
    st.number_input(label, 1, _MOST[label], limit, key=_key(label, whose), placeholder=placeholder)


def _key(label: str, whose: str) -> str:
    return f"{label}-{whose}"


def _chosen(whose: str) -> tuple[int | None, int | None]:
    return st.session_state[_key(_RUNS, whose)], st.session_state[_key(_SPACE, whose)]


@errors_shown()
def _set_for_all() -> None:
    resources.store().classroom.set_class_limits(*_chosen("class"))


@errors_shown()
def _set_for_one(number: str) -> None:
    resources.store().classroom.set_limits(int(number), *_chosen(number))


def _table(people: list[Person]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Name": [person.name for person in people],
            _RUNS: pd.array([person.most_runs for person in people], "Int64"),
            _SPACE: pd.array([person.most_megabytes for person in people], "Int64"),
        }
    )
