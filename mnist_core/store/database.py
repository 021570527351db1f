"""The SQLite file of a runs folder: opened in WAL mode, brought up to this version's tables, used in transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.schema import CreateColumn

from mnist_core import DigitLabError
from mnist_core.store.schema import Base, Run


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
        engine = create_engine(URL.create("sqlite", database=str(folder / "runs.db")), connect_args={"timeout": 10})
        event.listen(engine, "connect", _prepare)
        self._session = sessionmaker(engine, expire_on_commit=False)
        with self.transaction() as session:
            Base.metadata.create_all(engine)
            _add_missing_columns(session.connection())

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """All that is done in it, or nothing; `DigitLabError` where the file cannot be read or written."""
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


def _prepare(connection: Any, _record: Any) -> None:
    """Readers and one writer at the same time; what was reported outlives a power cut, as checkpoints rely on it."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _add_missing_columns(connection: Connection) -> None:
    """Give tables that an older version made the columns that came later, with their defaults."""
    for table in Base.metadata.sorted_tables:
        present = {column["name"] for column in inspect(connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in present:
                definition = CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {definition}")


def require(session: Session, run_id: int) -> Run:
    """The run of that number; `DigitLabError` where there is none."""
    run = session.get(Run, run_id)
    if run is None:
        raise DigitLabError(f"There is no run {run_id}; see the list of runs.")
    return run
