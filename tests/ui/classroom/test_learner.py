"""A learner sees the assignments and the leaderboard and nothing else of the class; without login there is none."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.data import EMBEDDED
from mnist_core.store import Leaderboard, Person, Store
from tests.mnist_core.class_of_learners import measured
from tests.ui.classroom.conftest import LEARNER, OTHER
from tests.ui.classroom.seen_by import is_sent, log_in, texts

PAGE = "pages/classroom.py"
OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def the_learner_looks(monkeypatch: pytest.MonkeyPatch, store: Store, learner: Person) -> None:
    log_in(monkeypatch, store, learner)


@pytest.mark.parametrize("part", ["Overview", "Queue", "Assignments", "Limits", "Leaderboard"])
def test_the_teachers_parts_are_not_there(
    part: str, open_page: OpenPage, store: Store, other: Person, teacher: Person
) -> None:
    run = measured(store, other, 0.95, "queued")
    store.runs.rename(run.id, "Secret run")

    app = open_page(PAGE, **{"class-part": part})

    assert not app.tabs
    assert not app.dataframe
    assert not app.main.button
    assert not any(is_sent(app, text) for text in (OTHER, teacher.name, "Secret run", "Set for everybody"))
    assert "There is no assignment yet." in texts(app)


def test_an_off_leaderboard_is_not_there(open_page: OpenPage, store: Store, learner: Person) -> None:
    measured(store, learner, 0.95)

    assert not open_page(PAGE).dataframe


@pytest.mark.parametrize("mode", ["anonymous", "names"])
def test_ones_own_place_is_marked_and_hidden_names_are_not_sent(
    mode: Leaderboard, open_page: OpenPage, store: Store, learner: Person, other: Person, teacher: Person
) -> None:
    for owner, accuracy in ((learner, 0.9), (other, 0.95), (teacher, 0.99)):
        measured(store, owner, accuracy)
    store.classroom.set_leaderboard(mode)

    app = open_page(PAGE)

    places = app.dataframe[0].value.to_dict("records")
    assert [(row["Place"], row["You"], row["Validation accuracy"]) for row in places] == [
        (1, "", "95.00 %"),
        (2, "you", "90.00 %"),
    ]
    assert places[0]["95 % interval"].startswith("92.")
    assert app.main.subheader[1].value.replace("\\", "") == f"Leaderboard on {EMBEDDED}"
    for name in (LEARNER, OTHER):
        assert is_sent(app, name) == (mode == "names")


def test_a_leaderboard_without_runs_says_so(open_page: OpenPage, store: Store) -> None:
    store.classroom.set_leaderboard("names")

    assert "No learner has a run with validation images on this data set yet." in texts(open_page(PAGE))


def test_without_login_the_page_says_what_it_is_for_and_is_not_in_the_menu(
    open_page: OpenPage, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    app = open_page(PAGE)

    assert "This page is for a class that logs in" in texts(app)
    assert not app.tabs
    assert "classroom" not in [link.proto.page for link in app.sidebar.get("page_link")]
