"""A run whose worker was lost is queued again a few times, and what its former worker still writes changes nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Run, Store, SupersededError
from mnist_core.store.workers import MOST_LOSSES
from tests.mnist_core.passing_time import pass_time

CONFIG = TrainingConfig(train_size=100)
FORMER, PRESENT = "here:1:a", "there:1:a"


def claim(store: Store, worker: str = FORMER) -> Run:
    run = store.workers.claim(worker)
    assert run is not None
    return run


def claimed(store: Store) -> Run:
    store.runs.create(CONFIG, EMBEDDED)
    return claim(store)


def lose(store: Store) -> None:
    """Its worker falls silent, and others notice."""
    pass_time(store, 6)
    store.workers.requeue_lost(of_sweeps=False)


def writing(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


def names(store: Store) -> set[str]:
    return {path.name for path in store.folder.glob("run-*")}


def test_a_lost_run_is_queued_again_and_one_that_is_alive_is_not(store: Store) -> None:
    lost, alive = claimed(store), claimed(store)
    pass_time(store, 6)
    store.workers.report(alive, {})

    store.workers.requeue_lost(of_sweeps=False)

    found = store.runs.get(lost.id)
    assert (found.status, found.attempt, found.losses) == ("queued", lost.attempt + 1, 1)
    assert store.runs.get(alive.id).status == "running"
    with pytest.raises(SupersededError):
        store.workers.report(lost, {})


def test_a_run_whose_worker_is_known_to_be_dead_is_queued_again(store: Store) -> None:
    run = claimed(store)
    store.workers.mark_dead(FORMER, "It was killed.")

    store.workers.requeue_lost(of_sweeps=False)

    found = store.runs.get(run.id)
    assert (found.status, found.error) == ("queued", "")


def test_where_a_person_looks_after_single_runs_those_of_sweeps_that_go_on_are_queued_again(store: Store) -> None:
    single = claimed(store)
    going_on, stopped = (store.sweeps.create({}, CONFIG, EMBEDDED, size=4_000) for _ in range(2))
    runs = [single]
    for sweep in (going_on, stopped):
        store.sweeps.add_run(sweep.id, 1, CONFIG, "")
        runs.append(claim(store))
    store.sweeps.stop(stopped.id)
    pass_time(store, 6)

    store.workers.requeue_lost(of_sweeps=True)

    assert [store.runs.get(run.id).status for run in runs] == ["interrupted", "queued", "interrupted"]


@pytest.mark.parametrize("state", ["finished", "stopped", "failed"])
def test_a_run_that_has_ended_is_left_alone(state: str, store: Store) -> None:
    run = claimed(store)
    store.workers.report(run, {}, state=state)

    lose(store)

    assert store.runs.get(run.id).status == state


def test_a_run_that_is_lost_again_and_again_is_interrupted_until_a_person_resumes_it(store: Store) -> None:
    run = claimed(store)
    for _ in range(MOST_LOSSES):
        lose(store)
        claim(store)
    for _ in range(2):
        lose(store)

    found = store.runs.get(run.id)
    assert (found.status, found.state) == ("interrupted", "interrupted")
    assert found.error == "Its worker was lost 4 times without any progress; resume it to try once more."
    assert store.workers.claim(PRESENT) is None
    store.control.resume(run.id)
    claim(store)
    lose(store)
    assert store.runs.get(run.id).status == "queued"


def test_with_progress_a_run_may_be_lost_any_number_of_times(store: Store) -> None:
    run = claimed(store)
    for _ in range(2 * MOST_LOSSES):
        store.workers.save_checkpoint(run, 1, writing(b"further"))
        lose(store)
        run = claim(store)

    assert store.runs.get(run.id).losses == 1


def test_a_run_names_its_last_checkpoint_and_older_ones_are_removed(store: Store) -> None:
    run, other = claimed(store), claimed(store)
    store.files.named(f"run-{run.id}.checkpoint").touch()  # as earlier versions called it
    left = store.workers.save_checkpoint(other, 1, writing(b"other"))
    store.workers.save_checkpoint(run, 1, writing(b"one"))
    second = store.workers.save_checkpoint(run, 2, writing(b"two"))
    assert (store.runs.get(run.id).checkpoint, names(store)) == (second.name, {second.name, left.name})

    lose(store)
    again = claim(store, PRESENT)
    assert store.files.named(again.checkpoint).read_bytes() == b"two"
    third = store.workers.save_checkpoint(again, 1, writing(b"three"))

    assert (store.runs.get(run.id).checkpoint, names(store)) == (third.name, {third.name, left.name})


@pytest.mark.parametrize("gone", ["taken", "deleted"])
def test_a_superseded_worker_overwrites_no_file(gone: str, store: Store) -> None:
    run = claimed(store)
    network, snapshot = store.files.network_path(run.id), store.files.snapshot_path(run.id, 1)
    store.workers.save_checkpoint(run, 1, writing(b"first"))
    store.workers.publish(run, snapshot, writing(b"first"))
    if gone == "taken":
        lose(store)
        present = claim(store, PRESENT)
        store.workers.publish(present, network, writing(b"present"))
        store.workers.publish(present, snapshot, writing(b"present"))
        store.workers.save_checkpoint(present, 1, writing(b"present"))
    else:
        store.runs.delete(run.id)
    before = {path: path.read_bytes() for path in store.folder.glob("run-*")}
    assert set(before.values()) == ({b"present"} if gone == "taken" else set())

    for write in (
        lambda: store.workers.save_checkpoint(run, 2, writing(b"former")),
        lambda: store.workers.publish(run, network, writing(b"former")),
        lambda: store.workers.publish(run, snapshot, writing(b"former")),
    ):
        with pytest.raises(SupersededError):
            write()

    assert {path: path.read_bytes() for path in store.folder.glob("run-*")} == before
    assert store.files.snapshots(run.id) == ([1] if gone == "taken" else [])
