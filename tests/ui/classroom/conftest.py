"""A teacher, and two learners with names that hold markup, who have logged in."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.store import Person, Store
from tests.mnist_core.class_of_learners import person
from tests.ui.users import user
from ui.components import csv_button

TEACHER, LEARNER, OTHER = "Teacher", "Zoë *Ång* <b>$x$</b>", "=李小龙"


@pytest.fixture
def teacher(store: Store) -> Person:
    return person(store, TEACHER, teacher=True)


@pytest.fixture
def learner(store: Store) -> Person:
    return person(store, LEARNER)


@pytest.fixture
def other(store: Store) -> Person:
    return person(store, OTHER)


@pytest.fixture
def open_as(open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open the Class page, or the one at `path`, as somebody."""
    monkeypatch.setenv("MNIST_TEACHERS", TEACHER)

    def open_file(who: Person, path: str = "pages/classroom.py", **query: str) -> AppTest:
        return open_page(path, user=user(who.subject, who.name), **query)

    return open_file


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The files that the page offers, by their names."""
    files: dict[str, str] = {}
    monkeypatch.setattr(csv_button, "download_button", lambda _, write, name, __: files.update({name: write()}))
    return files
