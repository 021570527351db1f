"""Results that took long to compute, stored for every session, and how often the test set was opened."""

import re
from collections.abc import Iterable

from sqlalchemy import func, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from mnist_core.store.access import Access
from mnist_core.store.base import Base
from mnist_core.store.database import Database, insert_into
from mnist_core.store.person import NOBODY

_KEY_OF_RUN = re.compile(r"run-(\d+)-")
"""How `Run.key` begins the keys of all results of a run."""


class Result(Base):
    """A result under a key that names everything it depends on."""

    __tablename__ = "results"

    key: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class Opening(Base):
    """How often a person opened the test set for a classifier that is not a run."""

    __tablename__ = "openings"

    owner_id: Mapped[int] = mapped_column(primary_key=True, default=NOBODY, server_default="0", autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class Results:
    """Bytes under a key. The key names everything they depend on, so they are never out of date.

    `DigitLabError` for results of a run that one may not open.
    """

    def __init__(self, database: Database, access: Access) -> None:
        self._database, self._access = database, access

    def put(self, key: str, content: bytes) -> None:
        with self._database.transaction() as session:
            self._require_to_open(session, [key])
            first = insert_into(session, Result).values(key=key, content=content)
            session.execute(first.on_conflict_do_update(index_elements=[Result.key], set_={"content": content}))

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The contents of those keys that there are."""
        keys = list(keys)
        with self._database.transaction() as session:
            self._require_to_open(session, keys)
            return {row.key: row.content for row in session.scalars(select(Result).where(Result.key.in_(keys)))}

    def count_opening(self, key: str) -> None:
        """Count that the person opened the test set for the classifier with this key, which is not a run."""
        with self._database.transaction() as session:
            first = insert_into(session, Opening).values(owner_id=self._access.owner_id, key=key, count=1)
            columns = [Opening.owner_id, Opening.key]
            session.execute(first.on_conflict_do_update(index_elements=columns, set_={"count": Opening.count + 1}))
            self._access.count_test_opening(session)

    def openings(self, key: str) -> int:
        """How often `count_opening` was called with this key by this person."""
        mine = true() if self._access.person is None else Opening.owner_id == self._access.owner_id
        count = select(func.sum(Opening.count)).where(Opening.key == key, mine)
        with self._database.transaction() as session:
            return int(session.scalar(count) or 0)

    def _require_to_open(self, session: Session, keys: Iterable[str]) -> None:
        self._access.require_to_open_all(session, {int(run[1]) for run in map(_KEY_OF_RUN.match, keys) if run})
