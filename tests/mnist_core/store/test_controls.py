"""What a person wants reaches the right worker, and a run that ended early can go on."""

from collections.abc import Callable

import pytest

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Run, Status, Store
from tests.mnist_core.passing_time import pass_time

CONFIG = TrainingConfig(train_size=100)
WORKER, OTHER = "here:1:a", "there:1:a"
Step = Callable[[Store, int], object]


def queue(store: Store) -> int:
    return store.runs.create(CONFIG, EMBEDDED).id


def claimed(store: Store, worker: str = WORKER) -> Run:
    """A new run, taken by a worker."""
    run = store.workers.claim(worker, queue(store))
    assert run is not None
    return run


def ended(store: Store, state: str) -> int:
    run = claimed(store)
    store.workers.report(run, {}, state=state, error="why", log="where", step=5, steps=10)
    return run.id


def wishes(store: Store, run_id: int) -> tuple[str, float | None, int]:
    control = store.control.get(run_id)
    assert control is not None
    return control.wanted, control.learning_rate, control.more_epochs


def test_a_new_run_is_wanted_to_run_as_configured(store: Store) -> None:
    assert wishes(store, queue(store)) == ("run", None, 0)


def test_each_wish_is_there_for_the_worker_of_that_run_and_no_other(store: Store) -> None:
    run, other = claimed(store).id, claimed(store).id

    for wish in (store.control.stop, store.control.pause, store.control.resume):
        wish(run)
        assert wishes(store, run)[0] == {"stop": "stop", "pause": "pause", "resume": "run"}[wish.__name__]
    store.control.set_learning_rate(run, 0.5)
    store.control.set_learning_rate(run, 0.25)
    store.control.one_more_epoch(run)
    store.control.one_more_epoch(run)

    assert wishes(store, run) == ("run", 0.25, 2)
    assert wishes(store, other) == ("run", None, 0)
    assert [found.status for found in store.runs.all()] == ["running", "running"]


@pytest.mark.parametrize("rate", [0.0, -1.0, 11.0, float("nan")])
def test_a_learning_rate_out_of_range_is_one_sentence_and_no_wish(rate: float, store: Store) -> None:
    run = queue(store)

    with pytest.raises(DigitLabError, match=r"^Learning rate cannot be [^\n]*\.$"):
        store.control.set_learning_rate(run, rate)

    assert wishes(store, run) == ("run", None, 0)


@pytest.mark.parametrize(
    "wish",
    [
        lambda store, run: store.control.stop(run),
        lambda store, run: store.control.pause(run),
        lambda store, run: store.control.resume(run),
        lambda store, run: store.control.one_more_epoch(run),
        lambda store, run: store.control.set_learning_rate(run, 0.1),
    ],
)
def test_a_wish_for_a_run_that_is_not_there_is_one_sentence(wish: Step, store: Store) -> None:
    with pytest.raises(DigitLabError, match=r"^There is no run 7; [^\n]*\.$"):
        wish(store, 7)


@pytest.mark.parametrize("state", ["stopped", "failed", "interrupted"])
def test_resuming_queues_a_run_that_ended_early_once_and_forgets_its_error(state: Status, store: Store) -> None:
    run_id = ended(store, state)
    assert store.runs.get(run_id).can_resume

    store.control.resume(run_id)
    store.control.resume(run_id)

    found = store.runs.get(run_id)
    assert (found.status, found.error, found.log, found.step) == ("queued", "", "", 5)
    again = store.workers.claim(OTHER)
    assert again is not None
    assert (again.id, again.worker, again.attempt) == (run_id, OTHER, 3)
    assert store.workers.claim(OTHER) is None
    store.control.resume(run_id)
    assert store.workers.claim(OTHER) is None


@pytest.mark.parametrize("state", ["running", "paused"])
def test_resuming_queues_a_run_that_lost_its_worker_but_not_one_that_is_alive(state: str, store: Store) -> None:
    run_id = ended(store, state)

    pass_time(store, 1)
    store.control.resume(run_id)
    assert store.runs.get(run_id).status == state
    pass_time(store, 5)
    assert store.runs.get(run_id).can_resume
    store.control.resume(run_id)
    assert store.runs.get(run_id).status == "queued"


def test_resuming_leaves_a_finished_run_finished(store: Store) -> None:
    run_id = ended(store, "finished")
    assert not store.runs.get(run_id).can_resume

    store.control.resume(run_id)

    assert store.runs.get(run_id).status == "finished"
    assert store.workers.claim(OTHER) is None


def test_a_run_stopped_while_it_waited_can_be_resumed(store: Store) -> None:
    run_id = queue(store)
    store.control.stop(run_id)
    assert (store.runs.get(run_id).status, store.workers.claim(WORKER)) == ("stopped", None)

    store.control.resume(run_id)

    assert (store.runs.get(run_id).status, wishes(store, run_id)[0]) == ("queued", "run")


def test_one_more_epoch_queues_a_finished_run(store: Store) -> None:
    run_id = ended(store, "finished")
    store.control.stop(run_id)  # too late

    store.control.one_more_epoch(run_id)

    assert store.runs.get(run_id).status == "queued"
    assert wishes(store, run_id) == ("run", None, 1)


@pytest.mark.parametrize(
    ("state", "go_on"),
    [
        ("finished", lambda store, run: store.control.one_more_epoch(run)),
        ("stopped", lambda store, run: store.control.resume(run)),
    ],
)
def test_a_test_accuracy_is_forgotten_when_a_worker_trains_the_network_on(
    state: Status, go_on: Callable[[Store, int], None], store: Store
) -> None:
    run_id = ended(store, state)
    store.runs.count_test_opening(run_id, EMBEDDED, 0.9)

    go_on(store, run_id)
    assert store.runs.get(run_id).test_accuracy == 0.9, "the network is as it was"
    store.workers.claim(WORKER)

    assert (store.runs.get(run_id).test_accuracy, store.runs.get(run_id).test_openings) == (None, 1)


def test_one_more_epoch_does_not_start_a_run_that_a_person_stopped(store: Store) -> None:
    run_id = ended(store, "stopped")
    store.control.one_more_epoch(run_id)

    assert store.runs.get(run_id).status == "stopped"
