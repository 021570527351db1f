"""What cannot be done with a run, and folders that cannot be used: one sentence each, and nothing is lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Status, Store, SupersededError
from tests.mnist_core.passing_time import pass_time


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


def test_latest_is_the_newest_finished_run(store: Store) -> None:
    runs = [store.runs.create(TrainingConfig(), EMBEDDED) for _ in range(3)]
    for run, state in zip(runs, ("finished", "finished", "failed"), strict=True):
        store.workers.report(run, {}, state=state)

    assert store.runs.find("latest").id == runs[1].id


def test_a_run_is_found_by_its_number(store: Store) -> None:
    ids = [store.runs.create(TrainingConfig(), EMBEDDED).id for _ in range(2)]

    assert store.runs.find(str(ids[0])).id == ids[0]


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("latest", r"^No run has finished yet; [^\n]*\.$"),
        ("x", r"^There is no run x; [^\n]*\.$"),
        ("-1", r"^There is no run -1; [^\n]*\.$"),
        ("77", r"^There is no run 77; [^\n]*\.$"),
        ("9" * 25, r"^[^\n]*\.$"),
    ],
)
def test_a_reference_to_no_run_is_one_sentence(reference: str, sentence: str, store: Store) -> None:
    with pytest.raises(DigitLabError, match=sentence):
        store.runs.find(reference)


@pytest.mark.parametrize(
    "act",
    [
        *(
            lambda store, run: store.runs.get(run),
            lambda store, run: store.control.stop(run),
            lambda store, run: store.control.pause(run),
            lambda store, run: store.control.resume(run),
            lambda store, run: store.control.one_more_epoch(run),
            lambda store, run: store.runs.delete(run),
        ),
        lambda store, run: store.control.set_learning_rate(run, 0.1),
        lambda store, run: store.runs.rename(run, "name"),
        lambda store, run: store.runs.count_test_opening(run, EMBEDDED, 0.9),
    ],
    ids=["get", "stop", "pause", "resume", "one more epoch", "delete", "learning rate", "rename", "open the test set"],
)
def test_every_act_on_an_unknown_run_is_one_sentence(act: Callable[[Store, int], object], store: Store) -> None:
    with pytest.raises(DigitLabError, match=r"^There is no run 5; [^\n]*\.$"):
        act(store, 5)


def test_a_run_is_renamed_but_never_to_nothing(store: Store) -> None:
    run = store.runs.create(TrainingConfig(), EMBEDDED, "before")
    store.runs.rename(run.id, " after ")
    with pytest.raises(DigitLabError, match=r"^A run needs a name; [^\n]*\.$"):
        store.runs.rename(run.id, "  ")

    assert store.runs.get(run.id).name == "after"


def test_openings_of_the_test_set_from_four_pages_at_once_are_all_counted(store: Store) -> None:
    run = store.runs.create(TrainingConfig(), EMBEDDED)

    with ThreadPoolExecutor(4) as pages:
        list(pages.map(lambda number: store.runs.count_test_opening(run.id, EMBEDDED, 0.9), range(80)))

    assert store.runs.get(run.id).test_openings == 80


@pytest.mark.parametrize("state", ["queued", "running", "paused", "finished"])
def test_a_deleted_run_is_gone_and_its_worker_may_not_report_any_more(state: Status, store: Store) -> None:
    run = store.runs.create(TrainingConfig(), EMBEDDED, "busy", state=state)

    store.runs.delete(run.id)

    assert not store.runs.all()
    assert store.control.get(run.id) is None
    assert store.workers.claim("one") is None
    with pytest.raises(SupersededError, match=r"^busy was deleted, [^\n]*\.$"):
        store.workers.report(run, {"loss": ([1], [0.5])})
    assert len(store.metrics.curve(run.id, "loss")[0]) == 0


def test_the_device_is_that_of_the_newest_live_worker(store: Store) -> None:
    assert store.workers.device() is None
    store.workers.announce("one", {"kind": "cpu"})
    pass_time(store, 1)
    store.workers.announce("two", {"kind": "cuda"})

    assert store.workers.device() == {"kind": "cuda"}
    pass_time(store, 6)
    assert store.workers.device() is None
    store.workers.announce("one", {"kind": "cpu"})
    assert store.workers.device() == {"kind": "cpu"}


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
