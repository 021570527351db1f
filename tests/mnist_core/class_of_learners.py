"""A class, each with the store as it is for them, and runs that have a validation accuracy, for tests."""

from dataclasses import dataclass
from typing import Any

from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Person, Run, Status, Store

ISSUER = "https://login.school.org"
CONFIG = TrainingConfig(hidden_sizes=(8,), validation_share=0.1)
"""6,370 parameters; of the embedded digits, 400 images are held out."""


@dataclass(frozen=True)
class Member:
    person: Person
    store: Store
    """As seen by the person."""


def join(store: Store, name: str, *, teacher: bool = False) -> Member:
    somebody = person(store, name, teacher=teacher)
    return Member(somebody, store.as_seen_by(somebody))


def person(store: Store, name: str, *, teacher: bool = False) -> Person:
    return store.people.sign_in(ISSUER, name, name, teacher=teacher)


def measured(
    store: Store,
    owner: Person,
    accuracy: float | None,
    state: Status = "finished",
    data_set: str = EMBEDDED,
    **settings: Any,
) -> Run:
    """A run of that person with that accuracy on its validation images."""
    config = CONFIG.model_copy(update=settings)
    run = store.as_seen_by(owner).runs.create(config, data_set, state="running")
    store.workers.report(run, {}, state=state, validation_accuracy=accuracy)
    return store.runs.get(run.id)
