"""The database of a runs folder: brought up to the newest schema, used in transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from mnist_core import DigitLabError
from mnist_core.store.base import Base
from mnist_core.store.postgresql_server import PostgreSQLServer
from mnist_core.store.schema import Run
from mnist_core.store.sqlite_file import SQLiteFile

Insert: TypeAlias = sqlite.Insert | postgresql.Insert

SCHEMA_VERSION = "0007"
"""The newest revision in `migrations`, known here so that opening a folder that has it does not import Alembic."""


class Database:
    """The tables in the folder's own file or, where there is a URL, on a PostgreSQL server.

    `DigitLabError` where the folder or the server cannot be used.
    """

    def __init__(self, folder: Path, url: str = "") -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DigitLabError(
                f"The runs folder {folder} cannot be made ({error.strerror}); set MNIST_RUNS_DIR to another folder."
            ) from None
        self._place = PostgreSQLServer(url) if url else SQLiteFile(folder)
        self._session = sessionmaker(self._place.engine, expire_on_commit=False)
        with self.transaction() as session:
            version = _version(session.connection())
        if version != SCHEMA_VERSION:
            self._upgrade()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Everything done in it is stored, or nothing; `DigitLabError` where the database cannot be read or written."""
        try:
            with self._session.begin() as session:
                yield session
        except IntegrityError:  # an error of the program, which waiting and free space do not mend
            raise
        except DBAPIError as error:
            raise DigitLabError(self._place.explain(error)) from None

    def lock(self, session: Session) -> None:
        """Let others who lock it wait until the transaction ends."""
        self._place.lock(session.connection())

    def _upgrade(self) -> None:
        """Create the tables of a fresh database, or bring those of an older version up to date."""
        from mnist_core.store.migrations import upgrade

        with self.transaction() as session:
            connection = session.connection()
            # Processes that open it together wait here for the first; the last read of the version counts.
            self._place.lock(connection)
            version = _version(connection)
            if version is not None and version > SCHEMA_VERSION:
                raise DigitLabError(
                    f"{self._place.title} is of a newer version of Digit Lab; "
                    f"update Digit Lab or {self._place.elsewhere}."
                )
            if version != SCHEMA_VERSION:
                upgrade(connection)


def _version(connection: Connection) -> str | None:
    """The revision of the tables; None in a fresh database and in one from before the schema had versions."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def insert_into(session: Session, table: type[Base]) -> Insert:
    """An `INSERT` that may say what to do `on_conflict`, which SQLAlchemy offers for each database by itself."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(table) if on_sqlite else postgresql.insert(table)


def require(session: Session, run_id: int) -> Run:
    """The run with that id; `DigitLabError` where there is none."""
    run = session.get(Run, run_id)
    if run is None:
        raise DigitLabError(f"There is no run {run_id}; see the list of runs.")
    return run
