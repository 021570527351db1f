"""A run is one worker's only, and what it reported can be taken back."""

from collections.abc import Callable

import pytest

from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Run, Store, SupersededError
from tests.mnist_core.passing_time import pass_time

CONFIG = TrainingConfig(train_size=100)
WORKER, OTHER = "here:1:a", "there:1:a"


def claimed(store: Store, worker: str = WORKER) -> Run:
    """A new run, taken by a worker."""
    run = store.workers.claim(worker, store.runs.create(CONFIG, EMBEDDED).id)
    assert run is not None
    return run


REPORTS: list[Callable[[Store, Run], object]] = [
    lambda store, run: store.workers.report(run, {"loss": ([6], [0.5])}, step=6, state="finished"),
    lambda store, run: store.workers.mark(run, 6, "paused"),
    lambda store, run: store.workers.rewind(run, 0, 0),
]


@pytest.mark.parametrize("report", REPORTS, ids=["report", "mark", "rewind"])
@pytest.mark.parametrize("gone", ["taken", "deleted"])
def test_a_superseded_worker_may_not_report_and_nothing_is_stored(
    gone: str, report: Callable[[Store, Run], object], store: Store
) -> None:
    run = claimed(store)
    store.workers.report(run, {"loss": ([5], [0.5])}, step=5)
    if gone == "taken":
        pass_time(store, 6)
        store.control.resume(run.id)
        store.workers.claim(OTHER)
    else:
        store.runs.delete(run.id)

    with pytest.raises(SupersededError, match=r"^Run 1 [^\n]*\.$"):
        report(store, run)

    assert store.metrics.curve(run.id, "loss")[0].tolist() == ([5] if gone == "taken" else [])
    left = [(found.status, found.step, found.worker, found.marks) for found in store.runs.all()]
    assert left == ([("running", 5, OTHER, [])] if gone == "taken" else [])


def test_rewinding_forgets_the_points_after_a_step_of_that_run_only(store: Store) -> None:
    run, other = claimed(store), claimed(store)
    for one in (run, other):
        store.workers.report(one, {"loss": (range(1, 6), [0.5] * 5), "training_loss": ([2, 4], [0.5, 0.4])}, step=5)

    store.workers.rewind(run, 3, 1)

    assert [store.metrics.curve(run.id, name)[0].tolist() for name in ("loss", "training_loss")] == [[1, 2, 3], [2]]
    assert [store.metrics.curve(other.id, name)[0].tolist() for name in ("loss", "training_loss")] == [
        [1, 2, 3, 4, 5],
        [2, 4],
    ]
    assert (store.runs.get(run.id).step, store.runs.get(other.id).step) == (3, 5)


def test_a_dead_worker_interrupts_its_run_in_progress_and_no_other(store: Store) -> None:
    finished, lost, paused, others = claimed(store), claimed(store), claimed(store), claimed(store, OTHER)
    waiting = store.runs.create(CONFIG, EMBEDDED)
    store.workers.report(finished, {}, state="finished")
    store.workers.report(paused, {}, state="paused")

    store.workers.mark_dead(WORKER, "It was killed.")

    found = {run.id: (run.status, run.error) for run in store.runs.all()}
    assert found[lost.id] == found[paused.id] == ("interrupted", "It was killed.")
    assert found[others.id] == ("running", "")
    assert (found[waiting.id][0], found[finished.id][0]) == ("queued", "finished")


def test_marks_are_labelled_in_order_and_the_last_rate_of_a_step_counts(store: Store) -> None:
    run = claimed(store)
    store.workers.mark(run, 3, "learning rate", 0.5)
    store.workers.mark(run, 3, "learning rate", 0.25)
    store.workers.mark(run, 9, "one more epoch")

    found = store.runs.get(run.id)
    assert [mark.label for mark in found.marks] == ["learning rate 0.5", "learning rate 0.25", "one more epoch"]
    assert found.rates_by_hand == {3: 0.25}
