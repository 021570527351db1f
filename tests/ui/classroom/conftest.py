"""A teacher, and two learners with names that hold markup."""

import pytest

from mnist_core.store import Person, Store
from tests.mnist_core.class_of_learners import person

LEARNER, OTHER = "Zoë *Ång* <b>$x$</b>", "=李小龙"


@pytest.fixture
def teacher(store: Store) -> Person:
    return person(store, "The teacher", teacher=True)


@pytest.fixture
def learner(store: Store) -> Person:
    return person(store, LEARNER)


@pytest.fixture
def other(store: Store) -> Person:
    return person(store, OTHER)
