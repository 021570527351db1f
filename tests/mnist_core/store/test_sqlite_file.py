"""Folders and files that cannot be used: one sentence each, and nothing is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Databases opened from now on may not grow by a single page."""

    def limit(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    event.listen(Engine, "connect", limit)
    yield
    event.remove(Engine, "connect", limit)


def test_a_runs_folder_that_is_a_file_is_one_sentence_that_names_the_variable(tmp_path: Path) -> None:
    (tmp_path / "runs").touch()

    with pytest.raises(DigitLabError, match=r"^The runs folder [^\n]*MNIST_RUNS_DIR[^\n]*\.$"):
        Store(tmp_path / "runs")


def test_a_runs_folder_that_cannot_be_made_is_one_sentence_that_names_the_variable() -> None:
    with pytest.raises(DigitLabError, match=r"^The runs folder /proc/nowhere [^\n]*MNIST_RUNS_DIR[^\n]*\.$"):
        Store(Path("/proc/nowhere"))


def test_a_file_that_is_no_database_is_one_sentence_that_names_the_variable(tmp_path: Path) -> None:
    (tmp_path / "runs.db").write_text("this is no database\n" * 100)

    with pytest.raises(DigitLabError, match=r"^The runs folder [^\n]*MNIST_RUNS_DIR[^\n]*\.$"):
        Store(tmp_path)


@pytest.mark.parametrize("name", ["with space", "Übung", "100%", "what?", "a#b"])
def test_a_runs_folder_may_have_any_name(name: str, tmp_path: Path) -> None:
    Store(tmp_path / name).runs.create(TrainingConfig(), EMBEDDED, "kept")

    assert [run.name for run in Store(tmp_path / name).runs.all()] == ["kept"]
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "runs.db").is_file()


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_before_the_first_run_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DigitLabError, match=r"^The runs folder [^\n]* full[^\n]*; free some space [^\n]*\.$"):
        Store(tmp_path)


def test_on_a_full_disk_what_was_stored_stays_readable(store: Store, request: pytest.FixtureRequest) -> None:
    run = store.runs.create(TrainingConfig(), EMBEDDED, "kept", state="running")
    store.workers.report(run, {"loss": ([1, 2], [0.5, 0.4])}, step=2)
    request.getfixturevalue("full_disk")
    full = Store(store.folder)

    with pytest.raises(DigitLabError, match=r"^The runs folder [^\n]* full[^\n]*; free some space [^\n]*\.$"):
        full.workers.report(run, {"loss": (range(3, 5_003), [0.3] * 5_000)}, step=5_002)

    assert (full.runs.get(run.id).name, full.runs.get(run.id).step) == ("kept", 2)
    assert [part.tolist() for part in full.metrics.curve(run.id, "loss")] == [[1, 2], [0.5, 0.4]]
