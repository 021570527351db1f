"""Results that took long to compute, stored for every session, and how often the test set was opened."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from mnist_core.store.database import Database, insert_into
from mnist_core.store.schema import Base


class Result(Base):
    """A result under a key that names everything it depends on."""

    __tablename__ = "results"

    key: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class Opening(Base):
    """How often the test set was opened for a classifier that is not a run."""

    __tablename__ = "openings"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class Results:
    """Bytes under a key. The key names everything they depend on, so they are never out of date."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, key: str, content: bytes) -> None:
        with self._database.transaction() as session:
            first = insert_into(session, Result).values(key=key, content=content)
            session.execute(first.on_conflict_do_update(index_elements=[Result.key], set_={"content": content}))

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The contents of those keys that there are."""
        with self._database.transaction() as session:
            return {row.key: row.content for row in session.scalars(select(Result).where(Result.key.in_(keys)))}

    def count_opening(self, key: str) -> None:
        """Count that the test set was opened for the classifier with this key, which is not a run."""
        with self._database.transaction() as session:
            first = insert_into(session, Opening).values(key=key, count=1)
            session.execute(
                first.on_conflict_do_update(index_elements=[Opening.key], set_={"count": Opening.count + 1})
            )

    def openings(self, key: str) -> int:
        """How often `count_opening` was called with this key."""
        with self._database.transaction() as session:
            return session.scalar(select(Opening.count).where(Opening.key == key)) or 0
