"""A learner sees the assignments and the leaderboard and nothing else of the class; without login there is none."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.data import EMBEDDED
from mnist_core.store import Leaderboard, Person, Store
from tests.mnist_core.class_of_learners import measured
from tests.ui.classroom.conftest import OTHER
from tests.ui.classroom.shown import texts
from tests.ui.markdown import as_shown
from tests.ui.sent import is_sent

Open = Callable[..., AppTest]


@pytest.mark.parametrize("part", ["Overview", "Queue", "Assignments", "Limits", "Leaderboard"])
def test_the_teachers_parts_are_not_there(
    part: str, open_as: Open, store: Store, learner: Person, other: Person, teacher: Person
) -> None:
    run = measured(store, other, 0.95, "queued")
    store.runs.rename(run.id, "Secret run")

    app = open_as(learner, **{"class-part": part})

    assert not app.tabs
    assert not app.dataframe
    assert not app.main.button
    assert not any(is_sent(app, text) for text in (OTHER, teacher.name, "Secret run", "Set for everybody"))
    assert "There is no assignment yet." in texts(app)


def test_an_off_leaderboard_is_not_there(open_as: Open, store: Store, learner: Person) -> None:
    measured(store, learner, 0.95)

    assert not open_as(learner).dataframe


@pytest.mark.parametrize("mode", ["anonymous", "names"])
def test_ones_own_place_is_marked_and_hidden_names_are_not_sent(
    mode: Leaderboard, open_as: Open, store: Store, learner: Person, other: Person, teacher: Person
) -> None:
    for owner, accuracy in ((learner, 0.9), (other, 0.95), (teacher, 0.99)):
        measured(store, owner, accuracy)
    store.classroom.set_leaderboard(mode)

    app = open_as(learner)

    places = app.dataframe[0].value.to_dict("records")
    assert [(row["Place"], row["You"], row["Validation accuracy"]) for row in places] == [
        (1, "", "95.00 %"),
        (2, "you", "90.00 %"),
    ]
    assert "You are at place **2** of 2." in texts(app)
    assert places[0]["95 % interval"].startswith("92.")
    assert as_shown(app.main.subheader[1].value) == f"Leaderboard on {EMBEDDED}"
    assert is_sent(app, OTHER) == (mode == "names")


def test_a_leaderboard_without_runs_says_so(open_as: Open, store: Store, learner: Person) -> None:
    store.classroom.set_leaderboard("names")

    assert "No learner has a run with validation images on this data set yet." in texts(open_as(learner))


def test_without_login_the_page_says_what_it_is_for_and_is_not_in_the_menu(open_page: Callable[..., AppTest]) -> None:
    app = open_page("pages/classroom.py")

    assert "This page is for a class that logs in" in texts(app)
    assert not app.tabs
    assert "classroom" not in [link.proto.page for link in app.sidebar.get("page_link")]


def test_with_login_the_page_is_in_the_menu(open_as: Open, learner: Person) -> None:
    assert "classroom" in [link.proto.page for link in open_as(learner).sidebar.get("page_link")]
