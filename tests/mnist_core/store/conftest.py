"""The store's tests run on both databases."""

import shutil
from pathlib import Path

import pytest

from mnist_core import settings
from mnist_core.store import Person, Store
from tests.mnist_core.class_of_learners import person


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """What the settings say: nothing where the database is the file in the runs folder."""
    return str(request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""


@pytest.fixture
def store(database_url: str, empty_runs_dir: Path) -> Store:
    """The runs of this test."""
    shutil.copytree(empty_runs_dir, settings.load().runs_dir)
    return Store.open(settings.load())


@pytest.fixture
def teacher(store: Store) -> Person:
    return person(store, "Teacher", teacher=True)


@pytest.fixture
def learner(store: Store) -> Person:
    return person(store, "Learner")
