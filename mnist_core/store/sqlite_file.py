"""The SQLite file of a runs folder, opened in WAL mode."""

import sqlite3
from pathlib import Path
from typing import Any

import tenacity
from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DBAPIError

LOCK_SECONDS = 10.0
"""How long is waited for another process that has the file locked."""


class SQLiteFile:
    """Where the tables of one machine are."""

    elsewhere = "set MNIST_RUNS_DIR to another folder"

    def __init__(self, folder: Path) -> None:
        self.title = f"The runs folder {folder}"
        self.engine = create_engine(
            URL.create("sqlite", database=str(folder / "runs.db")), connect_args={"timeout": LOCK_SECONDS}
        )
        event.listen(self.engine, "connect", _prepare)

    def lock(self, connection: Connection) -> None:
        """Let other processes wait until the transaction ends."""
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def explain(self, error: DBAPIError) -> str:
        """Why the file cannot be read or written, and what to do: one sentence."""
        return (
            f"{self.title} cannot be used ({error.orig}); "
            "free some space or set MNIST_RUNS_DIR to a folder that can be written."
        )


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
