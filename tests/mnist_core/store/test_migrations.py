"""A database of any earlier version is brought up to this one, once, whoever opens it; a later one is not."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Store
from mnist_core.store.base import Base
from mnist_core.store.database import SCHEMA_VERSION

# Becomes several processes that open the database at the same moment; each says how many runs there are.
OPEN = """
import os, sys
from pathlib import Path
from mnist_core.store import Store
processes, url = int(sys.argv[2]), sys.argv[3]
while processes > 1 and os.fork():
    processes -= 1
said = f"{len(Store(Path(sys.argv[1]), url).runs.all())} {'alembic' in sys.modules}\\n"
os.write(1, said.encode())  # a line at once, whatever the others write
"""
OLDEST_TABLES = """
CREATE TABLE runs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR NOT NULL, settings JSON NOT NULL,
    data_set VARCHAR NOT NULL, state VARCHAR NOT NULL, created FLOAT NOT NULL, started FLOAT, reported FLOAT,
    seconds FLOAT NOT NULL, step INTEGER NOT NULL, steps INTEGER NOT NULL, epoch INTEGER NOT NULL,
    images_per_second FLOAT NOT NULL, final_loss FLOAT, validation_accuracy FLOAT, test_accuracy FLOAT,
    test_openings INTEGER NOT NULL, device VARCHAR NOT NULL, error VARCHAR NOT NULL, log VARCHAR NOT NULL);
CREATE TABLE metrics (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, name VARCHAR NOT NULL, step INTEGER NOT NULL,
    value FLOAT NOT NULL, PRIMARY KEY (run_id, name, step)) WITHOUT ROWID;
CREATE TABLE control (
    run_id INTEGER NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE, wanted VARCHAR NOT NULL);
INSERT INTO metrics VALUES (1, 'loss', 7, 0.25);
INSERT INTO control VALUES (1, 'stop');
"""
OLDEST_RUN = (
    *(1, "old", json.dumps({"epochs": 2}), EMBEDDED, "stopped", 1e9, 1e9, 1e9, 2.5, 7, 126, 0, 100.0, 0.25),
    *(None, None, 0, "cpu", "", ""),
)


def execute(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "runs.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def dumped(folder: Path) -> list[str]:
    """The SQL that makes the database anew. Its file's bytes also change when an earlier store's connection closes."""
    with closing(sqlite3.connect(folder / "runs.db")) as connection:
        return list(connection.iterdump())


def open_at_once(folder: Path, processes: int, url: str = "") -> list[str]:
    """What processes print that open the database at the same moment."""
    command = [sys.executable, "-c", OPEN, str(folder), str(processes), url]
    # Until all of them have closed their output.
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()


def differences(folder: Path, url: str = "") -> Sequence[object]:
    """What the tables lack of those that the code uses."""
    with create_engine(url.replace(":", "+psycopg:", 1) or f"sqlite:///{folder / 'runs.db'}").connect() as connection:
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database without any tables; nothing where it is the file in the runs folder."""
    if request.param == "sqlite":
        yield ""
    else:
        with request.getfixturevalue("postgresql").database("template0") as url:
            yield url


@pytest.mark.parametrize("folder", ["empty_runs_dir", "old_store"])
def test_a_fresh_folder_and_an_old_one_have_the_tables_of_this_version(
    folder: str, request: pytest.FixtureRequest
) -> None:
    opened = request.getfixturevalue(folder)
    assert differences(opened if isinstance(opened, Path) else opened.folder) == []


def test_the_version_that_the_store_knows_is_the_newest_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", "mnist_core.store:migrations")

    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA_VERSION]


def test_opening_a_folder_of_this_version_does_not_import_alembic(empty_runs_dir: Path) -> None:
    assert open_at_once(empty_runs_dir, 1) == ["0 False"]


def test_a_fresh_database_may_be_opened_by_eight_processes_at_once(fresh_url: str, tmp_path: Path) -> None:
    assert [said.split()[0] for said in open_at_once(tmp_path / "runs", 8, fresh_url)] == ["0"] * 8
    assert differences(tmp_path / "runs", fresh_url) == []


def test_an_old_folder_may_be_opened_by_four_processes_at_once(old_folder: Path) -> None:
    assert [said.split()[0] for said in open_at_once(old_folder, 4)] == ["6"] * 4
    assert differences(old_folder) == []
    assert len(Store(old_folder).results.get(["missing"])) == 0


def test_a_folder_of_a_newer_version_is_one_sentence_and_stays_as_it_is(tmp_path: Path) -> None:
    folder = Store(tmp_path).folder
    execute(folder, "UPDATE alembic_version SET version_num = '9999'")
    before = dumped(folder)

    with pytest.raises(DigitLabError, match=r"^The runs folder [^\n]* newer version [^\n]*MNIST_RUNS_DIR[^\n]*\.$"):
        Store(folder)

    assert dumped(folder) == before


def test_an_upgrade_that_fails_is_one_sentence_and_leaves_the_folder_as_it_was(old_folder: Path) -> None:
    execute(old_folder, "CREATE TABLE warm_starts (x INTEGER)")  # in the way of a renamed table

    for _ in range(2):
        with pytest.raises(DigitLabError, match=r"^The runs folder [^\n]* cannot be used [^\n]*\.$"):
            Store(old_folder)

    execute(old_folder, "DROP TABLE warm_starts")
    assert len(Store(old_folder).runs.all()) == 6


def test_the_oldest_folders_get_the_columns_and_tables_that_they_lack(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "runs.db")) as connection, connection:
        connection.executescript(OLDEST_TABLES)
        connection.execute(f"INSERT INTO runs VALUES ({', '.join('?' * len(OLDEST_RUN))})", OLDEST_RUN)

    Store(tmp_path)
    store = Store(tmp_path)

    run = store.runs.get(1)
    assert (run.name, run.status, run.step, run.config) == ("old", "stopped", 7, TrainingConfig(epochs=2))
    assert (run.attempt, run.worker, run.training_accuracy, run.marks, run.repeats_id) == (0, None, None, [], None)
    assert store.metrics.curve(1, "loss")[0].tolist() == [7]
    store.control.resume(1)
    store.control.one_more_epoch(1)
    store.control.set_learning_rate(1, 0.5)
    control = store.control.get(1)
    assert control is not None
    assert (control.wanted, control.learning_rate, control.more_epochs) == ("run", 0.5, 1)
    again = store.workers.claim("one")
    assert again is not None
    store.workers.mark(again, 7, "learning rate", 0.5)
    store.workers.report(again, {"loss": ([8], [0.2])}, training_accuracy=0.5, step=8)
    run = store.runs.get(1)
    assert (run.attempt, run.rates_by_hand, run.training_accuracy) == (2, {7: 0.5}, 0.5)
    repeats = store.repeats.create("seed variance", [(run.config, "Seed 0")], run.config, EMBEDDED)
    assert len(store.repeats.runs(repeats.id)) == 1
    store.repeats.delete(repeats.id)
    assert [left.name for left in store.runs.all()] == ["old"]
