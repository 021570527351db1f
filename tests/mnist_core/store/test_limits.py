"""Nobody has more runs in progress, and more on the disk, than the limits allow, whoever asks at once."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

from mnist_core import DigitLabError, settings
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Store, limits
from mnist_core.store.files import needed_bytes
from mnist_core.store.limits import Limits
from tests.mnist_core.class_of_learners import Member, join

CONFIG = TrainingConfig(train_size=10, hidden_sizes=(1_000,), epochs=10)


def limited(store: Store, **limits: int) -> tuple[Store, Member]:
    """The store with these limits, and a learner."""
    store = Store(store.folder, store.database_url, Limits(**limits))
    return store, join(store, "ann")


def test_one_more_run_than_the_limit_is_refused_until_one_ends(store: Store) -> None:
    store, ann = limited(store, runs=2)
    run, _ = (ann.store.runs.create(CONFIG, EMBEDDED) for _ in range(2))

    with pytest.raises(DigitLabError, match=r"^2 runs of one person are in progress, and at most 2 may be; .+\.$"):
        ann.store.runs.create(CONFIG, EMBEDDED)
    assert store.runs.count() == 2

    ann.store.control.stop(run.id)
    ann.store.runs.create(CONFIG, EMBEDDED)
    with pytest.raises(DigitLabError, match="in progress"):
        ann.store.control.resume(run.id)


def test_a_finished_run_that_is_to_train_on_needs_room_too(store: Store) -> None:
    store, ann = limited(store, runs=1)
    first = ann.store.runs.create(CONFIG, EMBEDDED)
    claimed = store.workers.claim("worker")
    assert claimed is not None
    store.workers.report(claimed, {}, state="finished")
    ann.store.runs.create(CONFIG, EMBEDDED)

    with pytest.raises(DigitLabError, match="in progress"):
        ann.store.control.one_more_epoch(first.id)
    with pytest.raises(DigitLabError, match="in progress"):
        ann.store.fine_tuning.create(first, CONFIG, [ann.store.digits.add(1, np.zeros((28, 28), np.uint8), None, [])])
    with pytest.raises(DigitLabError, match="in progress"):
        ann.store.repeats.create("seed variance", [(CONFIG, "Seed 0")], CONFIG, EMBEDDED)

    assert [run.status for run in store.runs.all()] == ["queued", "finished"]


def test_others_and_the_command_line_are_not_counted(store: Store) -> None:
    store, ann = limited(store, runs=1)
    ann.store.runs.create(CONFIG, EMBEDDED)
    for _ in range(3):
        store.runs.create(CONFIG, EMBEDDED)

    join(store, "ben").store.runs.create(CONFIG, EMBEDDED)

    assert store.runs.count() == 5


def test_a_sweep_waits_for_room_and_goes_on(store: Store) -> None:
    store, ann = limited(store, runs=1)
    waiting = ann.store.runs.create(CONFIG, EMBEDDED)
    sweep = ann.store.sweeps.create({}, CONFIG, EMBEDDED, size=4_000)

    assert store.sweeps.add_run(sweep.id, 1, CONFIG, "first") is None
    assert store.sweeps.get(sweep.id).status == "running"
    ann.store.control.stop(waiting.id)

    added = store.sweeps.add_run(sweep.id, 1, CONFIG, "first")
    assert added is not None
    assert added.owner_id == ann.person.id


def test_a_sweep_that_cannot_have_room_is_paused_and_says_why(store: Store) -> None:
    store, ann = limited(store, megabytes=1)
    sweep = ann.store.sweeps.create({}, CONFIG, EMBEDDED, size=4_000)

    assert store.sweeps.add_run(sweep.id, 1, CONFIG, "first") is None

    sweep = store.sweeps.get(sweep.id)
    assert sweep.status == "paused"
    assert sweep.paused_because.startswith("The runs of one person may take 1 MB.")
    ann.store.sweeps.resume(sweep.id)
    assert store.sweeps.get(sweep.id).paused_because == ""


def test_what_runs_will_need_counts_until_they_have_ended(store: Store) -> None:
    room = 3 * needed_bytes(CONFIG) // 1_000_000
    store, ann = limited(store, megabytes=room)
    for _ in range(2):
        ann.store.runs.create(CONFIG, EMBEDDED)
    used, most = ann.store.runs.used_megabytes()
    assert (used, most) == (2 * needed_bytes(CONFIG) / 1e6, room)

    ann.store.runs.create(CONFIG.model_copy(update={"hidden_sizes": (10,)}), EMBEDDED)
    with pytest.raises(DigitLabError, match=rf"^The runs of one person may take {room:,} MB\. .+Runs page\.$"):
        ann.store.runs.create(CONFIG, EMBEDDED)

    claimed = store.workers.claim("worker")
    assert claimed is not None
    store.workers.report(claimed, {}, state="finished", bytes=1_000_000)
    ann.store.runs.create(CONFIG, EMBEDDED)


def test_runs_that_were_stopped_need_their_room_again_to_go_on(store: Store) -> None:
    room = needed_bytes(CONFIG) // 1_000_000 + 1
    store, ann = limited(store, megabytes=room)
    for _ in range(2):
        ann.store.control.stop(ann.store.runs.create(CONFIG, EMBEDDED).id)
    repeats = ann.store.repeats.create("seed variance", [(CONFIG, "Seed 0")], CONFIG, EMBEDDED)
    ann.store.repeats.stop(repeats.id)

    ann.store.control.resume(1)

    with pytest.raises(DigitLabError, match=f"may take {room:,} MB"):
        ann.store.control.resume(2)
    with pytest.raises(DigitLabError, match=f"may take {room:,} MB"):
        ann.store.repeats.resume(repeats.id)
    assert [run.status for run in store.runs.all()] == ["stopped", "stopped", "queued"]


def test_a_finished_run_without_its_snapshots_needs_their_room_to_train_on(store: Store) -> None:
    room = needed_bytes(CONFIG) // 1_000_000 + 1
    store, ann = limited(store, megabytes=room)
    run = ann.store.runs.create(CONFIG, EMBEDDED)
    claimed = store.workers.claim("worker")
    assert claimed is not None
    store.workers.report(claimed, {}, state="finished", bytes=1_000_000)
    ann.store.runs.create(CONFIG.model_copy(update={"hidden_sizes": (10,)}), EMBEDDED)

    with pytest.raises(DigitLabError, match=f"may take {room:,} MB"):
        ann.store.control.one_more_epoch(run.id)


def test_a_run_that_ends_while_one_asks_to_go_on_with_it_takes_no_more_than_the_limit(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, ann = limited(store, runs=1)
    run, others = ann.store.runs.create(CONFIG, EMBEDDED), join(store, "ann")
    claimed = store.workers.claim("worker")
    assert claimed is not None
    lock = limits.require_room

    def end_first(*arguments: Any, **room: Any) -> None:
        """Others are faster: the run ends, and its room is taken."""
        monkeypatch.setattr(limits, "require_room", lock)
        store.workers.report(claimed, {}, state="finished")
        others.store.runs.create(CONFIG, EMBEDDED)
        lock(*arguments, **room)

    monkeypatch.setattr(limits, "require_room", end_first)
    with pytest.raises(DigitLabError, match="in progress"):
        ann.store.control.one_more_epoch(run.id)

    assert [run.status for run in store.runs.all()] == ["queued", "finished"]


def test_removing_snapshots_and_runs_makes_room(store: Store) -> None:
    store, ann = limited(store, megabytes=100)
    run = ann.store.runs.create(CONFIG, EMBEDDED)
    others = store.runs.create(CONFIG, EMBEDDED)
    for epoch in range(3):
        store.files.snapshot_path(run.id, epoch).write_bytes(bytes(1_000_000))
        store.files.snapshot_path(others.id, epoch).write_bytes(bytes(1_000_000))
    store.files.network_path(run.id).write_bytes(bytes(500_000))
    claimed = store.workers.claim("worker", run.id)
    assert claimed is not None
    store.workers.report(claimed, {}, state="finished", bytes=store.files.size(run.id))
    assert ann.store.runs.used_megabytes() == (3.5, 100)

    assert ann.store.runs.remove_snapshots() == 1

    assert ann.store.runs.used_megabytes() == (0.5, 100)
    assert (store.files.snapshots(run.id), store.files.snapshots(others.id)) == ([], [0, 1, 2])
    ann.store.runs.delete(run.id)
    assert ann.store.runs.used_megabytes() == (0.0, 100)


def test_runs_that_had_been_lost_come_back_as_there_is_room(store: Store) -> None:
    store, ann = limited(store, runs=2)
    for worker in ("first", "second"):
        ann.store.runs.create(CONFIG, EMBEDDED)
        store.workers.claim(worker)
        store.workers.mark_dead(worker, "It was killed.")
    ann.store.runs.create(CONFIG, EMBEDDED)

    store.workers.requeue_lost(of_sweeps=False)

    assert sorted(run.status for run in store.runs.all()) == ["interrupted", "queued", "queued"]


def _submit(count: int) -> int:
    store = Store.open(settings.load())
    ann, queued = join(store, "ann"), 0
    for _ in range(count):
        try:
            ann.store.runs.create(CONFIG, EMBEDDED)
        except DigitLabError:
            continue
        queued += 1
    return queued


@pytest.mark.parametrize(("variable", "limit"), [("MNIST_RUNS_PER_PERSON", 10), ("MNIST_MEGABYTES_PER_PERSON", 0)])
def test_eight_processes_that_submit_at_once_do_not_exceed_a_limit(
    variable: str, limit: int, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = limit or 10 * needed_bytes(CONFIG) // 1_000_000 + 1
    monkeypatch.setenv(variable, str(most))

    with ProcessPoolExecutor(8, get_context("fork")) as processes:
        queued = sum(processes.map(_submit, [5] * 8))

    assert queued == store.runs.count() == 10
