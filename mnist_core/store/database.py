"""The SQLite file of a runs folder: opened in WAL mode, brought up to the newest schema, used in transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tenacity
from sqlalchemy import URL, Connection, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from mnist_core import DigitLabError
from mnist_core.store.schema import Run

SCHEMA_VERSION = "0006"
"""The newest revision in `migrations`, known here so that opening a folder that has it does not import Alembic."""

LOCK_SECONDS = 10.0
"""How long is waited for another process that has the file locked."""


class Database:
    """The tables in one folder; `DigitLabError` where the folder cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DigitLabError(
                f"The runs folder {folder} cannot be made ({error.strerror}); set MNIST_RUNS_DIR to another folder."
            ) from None
        engine = create_engine(
            URL.create("sqlite", database=str(folder / "runs.db")), connect_args={"timeout": LOCK_SECONDS}
        )
        event.listen(engine, "connect", _prepare)
        self._session = sessionmaker(engine, expire_on_commit=False)
        with self.transaction() as session:
            version = _version(session.connection())
        if version != SCHEMA_VERSION:
            self._upgrade()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Everything done in it is stored, or nothing; `DigitLabError` where the file cannot be read or written."""
        try:
            with self._session.begin() as session:
                yield session
        except IntegrityError:  # an error of the program, which waiting and free space do not mend
            raise
        except DBAPIError as error:
            raise DigitLabError(
                f"The runs folder {self.folder} cannot be used ({error.orig}); "
                "free some space or set MNIST_RUNS_DIR to a folder that can be written."
            ) from None

    def _upgrade(self) -> None:
        """Create the tables of a fresh folder, or bring those of an older version up to date."""
        from mnist_core.store.migrations import upgrade

        with self.transaction() as session:
            connection = session.connection()
            # Processes that open the folder together wait here for the first; the last read of the version counts.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            version = _version(connection)
            if version is not None and version > SCHEMA_VERSION:
                raise DigitLabError(
                    f"The runs folder {self.folder} is of a newer version of Digit Lab; "
                    "update Digit Lab or set MNIST_RUNS_DIR to another folder."
                )
            if version != SCHEMA_VERSION:
                upgrade(connection)


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    """Allow readers beside one writer; make commits survive a power cut, as checkpoints rely on them."""
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


# While one process sets this for a fresh file, SQLite refuses the others at once instead of letting them wait.
@tenacity.retry(
    retry=tenacity.retry_if_exception(lambda error: getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY),
    wait=tenacity.wait_random(0, 0.1),
    stop=tenacity.stop_after_delay(LOCK_SECONDS),
    reraise=True,
)
def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode=WAL")


def _version(connection: Connection) -> str | None:
    """The revision of the tables; None in a fresh folder and in one from before the schema had versions."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def require(session: Session, run_id: int) -> Run:
    """The run with that id; `DigitLabError` where there is none."""
    run = session.get(Run, run_id)
    if run is None:
        raise DigitLabError(f"There is no run {run_id}; see the list of runs.")
    return run
