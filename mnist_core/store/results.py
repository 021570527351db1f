"""Results that took long to compute, kept for every session and after a restart, and how often tests were opened."""

from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from mnist_core.store.database import Database
from mnist_core.store.schema import Base


class Result(Base):
    """A result that took long to compute, under a key that names all it depends on."""

    __tablename__ = "kept"

    key: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class Opening(Base):
    """How often the test set was opened for a classifier that is no run."""

    __tablename__ = "openings"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class Results:
    """Bytes under a key; the key names all that they depend on, so that they never grow old."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, key: str, content: bytes) -> None:
        with self._database.transaction() as session:
            session.execute(insert(Result).prefix_with("OR REPLACE").values(key=key, content=content))

    def get(self, keys: list[str]) -> dict[str, bytes]:
        """Those of the keys that were kept, with their contents."""
        with self._database.transaction() as session:
            found = (session.get(Result, key) for key in keys)
            return {row.key: row.content for row in found if row is not None}

    def count_opening(self, key: str) -> None:
        """Count that the test set was opened for a classifier that is no run."""
        first = insert(Opening).values(key=key, count=1)
        again = first.on_conflict_do_update(index_elements=[Opening.key], set_={"count": Opening.count + 1})
        with self._database.transaction() as session:
            session.execute(again)

    def openings(self, key: str) -> int:
        """How often the test set was opened for it."""
        with self._database.transaction() as session:
            found = session.get(Opening, key)
            return 0 if found is None else found.count
