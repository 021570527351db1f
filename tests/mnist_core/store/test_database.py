"""What cannot be done with a run is one sentence, and nothing is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Status, Store, SupersededError
from tests.mnist_core.passing_time import pass_time


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
