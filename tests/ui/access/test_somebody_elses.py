"""Every page, asked for what is somebody else's: one sentence, and nothing of it is sent, not even from a cache."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_core.figures.png import data_url
from mnist_core.store import Store
from tests.ui.access.belongings import (
    ASKED,
    CLASSMATE,
    DIGIT,
    DRAW,
    EVALUATE,
    OWNER,
    RUNS,
    SWEEP,
    TEACHER,
    TRAIN,
    Belongings,
    complaints,
    controls,
    words,
)
from tests.ui.buttons import press
from tests.ui.watched_state import state_of
from ui import login, polling
from ui.shell import CLASS, HOME, PAGES


@pytest.mark.parametrize(("path", "query"), ASKED, ids=str)
def test_an_address_with_somebody_elses_run_shows_one_sentence_and_nothing_of_it(
    path: str, query: dict[str, str], open_page: Callable[..., AppTest], belongings: Belongings
) -> None:
    query = belongings.fill_in(query)
    mine = open_page(path, user=OWNER, **query)
    assert "Sesame" in words(mine)
    assert not complaints(mine)

    others = open_page(path, user=CLASSMATE, **query)

    assert words(others) == set()
    assert len(complaints(others)) == 1, complaints(others)


@pytest.mark.parametrize(("path", "query"), ASKED, ids=str)
def test_a_teacher_opens_what_an_address_names_but_no_digits(
    path: str, query: dict[str, str], open_page: Callable[..., AppTest], belongings: Belongings
) -> None:
    app = open_page(path, user=TEACHER, **belongings.fill_in(query))

    assert "Sesame" in words(app)
    assert data_url(DIGIT) not in words(app)


PLAIN: list[tuple[str, dict[str, str]]] = [
    *((path, {}) for path in PAGES),
    ("pages/knn.py", {"section": "How good is it?"}),
    (DRAW, {"tab": "My digits"}),
    (EVALUATE, {"images": "My digits", "part": "Errors"}),
]


@pytest.mark.parametrize(("path", "query"), PLAIN, ids=str)
def test_without_an_address_nobody_sees_what_is_somebody_elses(
    path: str, query: dict[str, str], open_page: Callable[..., AppTest], belongings: Belongings
) -> None:
    owners, classmates, teachers = (open_page(path, user=who, **query) for who in (OWNER, CLASSMATE, TEACHER))

    assert "Sesame" in words(owners)
    assert words(classmates) == set()
    assert words(teachers) <= ({"43.2 %"} if path == CLASS else set())


def test_what_the_sidebar_asks_for_by_itself_is_not_shared_by_people(
    open_page: Callable[..., AppTest], belongings: Belongings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the device is known, what was read is shared for 2.5 s."""
    store.workers.announce("one", {"name": "CPU", "reason": "no NVIDIA driver", "memory": 0, "threads": 2,
                       "torch_version": "2.14.1", "build": "CPU"})  # fmt: skip
    monkeypatch.setattr(polling, "time", SimpleNamespace(monotonic=lambda: 1_000.0))
    owners, classmates = (open_page(HOME, user=who) for who in (OWNER, CLASSMATE))

    assert state_of(owners)["texts"]
    assert state_of(classmates)["texts"] == {}


def test_openings_of_the_test_set_for_neighbours_are_ones_own(
    open_page: Callable[..., AppTest], belongings: Belongings
) -> None:
    press(open_page(EVALUATE, user=OWNER, run="knn"), "Open the test set")

    mine, others = (open_page(EVALUATE, user=who, run="knn") for who in (OWNER, CLASSMATE))

    assert "Open the test set" not in controls(mine)
    assert "Open the test set" in controls(others)
    assert not any("are read correctly" in element.value for element in others.markdown)


@pytest.mark.parametrize(
    ("path", "query", "count"),
    [
        (TRAIN, {"run": "RUN"}, 4),
        (EVALUATE, {"run": "RUN"}, 1),
        (DRAW, {"tab": "My digits"}, 3),
        (RUNS, {"runs": "RUN"}, 5),
        (SWEEP, {"sweep": "SWEEP"}, 1),
    ],
    ids=str,
)
def test_files_are_made_where_nobody_is_logged_in(
    path: str,
    query: dict[str, str],
    count: int,
    open_page: Callable[..., AppTest],
    belongings: Belongings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = list[Callable[[], bytes | str]]()
    monkeypatch.setattr(st, "download_button", lambda _, make, *__, **___: files.append(make))
    open_page(path, user=OWNER, **belongings.fill_in(query))
    monkeypatch.setattr(login, "is_on", lambda: True)  # on a server it still is, while here the page has ended

    assert [bool(make()) for make in files] == [True] * count
