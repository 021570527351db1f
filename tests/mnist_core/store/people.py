"""A class for tests: two learners and a teacher, each with the store as it is for them."""

from dataclasses import dataclass

from mnist_core.store import Person, Store

ISSUER = "https://login.example"


@dataclass(frozen=True)
class Member:
    person: Person
    store: Store
    """As seen by the person."""


def join(store: Store, subject: str, *, teacher: bool = False) -> Member:
    person = store.people.sign_in(ISSUER, subject, subject.capitalize(), teacher=teacher)
    return Member(person, store.as_seen_by(person))
