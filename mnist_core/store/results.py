"""Results that took long to compute, kept for every session and after a restart."""

from sqlalchemy import insert

from mnist_core.store.database import Database
from mnist_core.store.schema import Kept


class Results(Database):
    """Bytes under a key; the key names all that they depend on, so that they never grow old."""

    def keep(self, key: str, content: bytes) -> None:
        with self._transaction() as session:
            session.execute(insert(Kept).prefix_with("OR REPLACE").values(key=key, content=content))

    def kept(self, keys: list[str]) -> dict[str, bytes]:
        """Those of the keys that were kept, with their contents."""
        with self._transaction() as session:
            found = (session.get(Kept, key) for key in keys)
            return {row.key: row.content for row in found if row is not None}
