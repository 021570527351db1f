"""What is stored comes back, runs go to one worker each, and a run's status is true."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Run, Status, Store, new_worker_id
from tests.mnist_core.passing_time import pass_time

WORKER = new_worker_id()
CONFIG = TrainingConfig(hidden_sizes=(32, 16), optimiser="adam", train_size=100, seed=3)


def queue(store: Store, name: str = "") -> Run:
    return store.runs.create(CONFIG, EMBEDDED, name)


def test_a_run_comes_back_as_it_was_created_also_in_another_store_of_the_folder(store: Store) -> None:
    created = store.runs.create(CONFIG, EMBEDDED, "  my run ")

    found = Store(store.folder, store.database_url).runs.get(created.id)

    assert (found.name, found.data_set, found.status, found.config) == ("my run", EMBEDDED, "queued", CONFIG)
    assert found.config.hidden_sizes == (32, 16)
    assert found.created == created.created


def test_a_run_without_a_name_is_named_after_its_number(store: Store) -> None:
    queue(store, "first")

    assert store.runs.get(queue(store, " ").id).name == "Run 2"


def test_reported_values_and_curves_come_back(store: Store) -> None:
    run = store.runs.create(CONFIG, EMBEDDED, state="running")
    store.workers.report(
        run, {"loss": (range(1, 4), [0.5, 0.25, 0.125])}, step=3, steps=12, seconds=6.0, final_loss=0.125
    )
    store.workers.report(run, {"loss": ([4], [0.1]), "training_loss": ([4], [0.3])}, step=4)

    found = store.runs.get(run.id)
    assert (found.step, found.steps, found.final_loss, found.seconds) == (4, 12, 0.125, 6.0)
    assert found.progress == pytest.approx(1 / 3)
    assert found.seconds_left == pytest.approx(12)
    assert [part.tolist() for part in store.metrics.curve(run.id, "loss")] == [[1, 2, 3, 4], [0.5, 0.25, 0.125, 0.1]]
    assert [part.tolist() for part in store.metrics.curve(run.id, "training_loss")] == [[4], [0.3]]


def test_a_curve_after_a_step_has_only_the_newer_points(store: Store) -> None:
    run = store.runs.create(CONFIG, EMBEDDED, state="running")
    store.workers.report(run, {"loss": ([5, 6, 7], [0.5, 0.6, 0.7])})

    assert [part.tolist() for part in store.metrics.curve(run.id, "loss", after=5)] == [[6, 7], [0.6, 0.7]]
    assert [len(part) for part in store.metrics.curve(run.id, "loss", after=7)] == [0, 0]


def test_runs_are_listed_newest_first_and_those_in_progress_oldest_first(store: Store) -> None:
    runs = [queue(store) for _ in range(4)]
    store.workers.report(runs[0], {}, state="finished")
    store.workers.claim(WORKER)

    assert [run.id for run in store.runs.all()] == [4, 3, 2, 1]
    assert [run.id for run in store.runs.in_progress()] == [2, 3, 4]


def test_openings_of_the_test_set_are_counted_and_the_last_accuracy_kept(store: Store) -> None:
    run = queue(store)
    store.runs.count_test_opening(run.id, EMBEDDED, 0.9)
    store.runs.count_test_opening(run.id, EMBEDDED, 0.8)

    assert (store.runs.get(run.id).test_openings, store.runs.get(run.id).test_accuracy) == (2, 0.8)


def test_claiming_takes_the_oldest_queued_run_and_none_when_there_is_none(store: Store) -> None:
    first, second = queue(store), queue(store)

    claimed = store.workers.claim(WORKER)
    assert getattr(claimed, "id", None) == first.id
    assert (store.runs.get(first.id).status, store.runs.get(first.id).worker) == ("running", WORKER)
    assert getattr(store.workers.claim(WORKER), "id", None) == second.id
    assert store.workers.claim(WORKER) is None


def test_a_run_of_ones_choice_is_claimed_only_while_it_is_queued(store: Store) -> None:
    first, second = queue(store), queue(store)

    assert getattr(store.workers.claim(WORKER, second.id), "id", None) == second.id
    assert store.workers.claim(WORKER, second.id) is None
    assert store.runs.get(first.id).status == "queued"


def test_four_workers_that_claim_at_once_never_get_the_same_run(store: Store) -> None:
    ids = [queue(store).id for _ in range(40)]

    def claim_all(own: Store) -> list[int]:
        return [run.id for run in iter(lambda: own.workers.claim(WORKER), None)]

    with ThreadPoolExecutor(4) as workers:
        claimed = list(workers.map(claim_all, [Store(store.folder, store.database_url) for _ in range(4)]))

    assert sorted(run_id for part in claimed for run_id in part) == ids
    assert all(part == sorted(part) for part in claimed)


def test_stopping_a_queued_run_stops_it_at_once_and_no_worker_gets_it(store: Store) -> None:
    run = queue(store)
    store.control.stop(run.id)

    assert store.runs.get(run.id).status == "stopped"
    assert store.workers.claim(WORKER) is None


def test_stopping_a_running_run_is_a_wish_that_its_worker_reads(store: Store) -> None:
    run, other = queue(store), queue(store)
    store.workers.claim(WORKER)
    store.control.stop(run.id)

    assert store.runs.get(run.id).status == "running"
    assert [getattr(store.control.get(asked.id), "wanted", None) for asked in (run, other)] == ["stop", "run"]


def test_a_running_run_that_has_not_reported_for_five_seconds_is_interrupted(store: Store) -> None:
    queue(store)
    running = store.workers.claim(WORKER)
    waiting = queue(store)
    assert running is not None

    pass_time(store, 4)
    assert store.runs.get(running.id).status == "running"
    pass_time(store, 1.5)
    assert store.runs.get(running.id).status == "interrupted"
    assert [run.id for run in store.runs.in_progress()] == [waiting.id]
    store.workers.report(running, {})
    assert store.runs.get(running.id).status == "running"


def test_learning_rates_set_by_hand_hold_from_the_step_they_were_set_at(store: Store) -> None:
    created = store.runs.create(CONFIG, EMBEDDED, state="running")
    for step, rate in ((10, 0.5), (30, 0.001)):
        store.workers.mark(created, step, "learning rate", rate)
    store.workers.mark(created, 20, "paused")

    run = store.runs.get(created.id)

    assert run.rates_by_hand == {10: 0.5, 30: 0.001}
    assert [mark.label for mark in run.marks] == ["learning rate 0.5", "learning rate 0.001", "paused"]
    assert run.learning_rates([0, 9, 10, 29, 30, 90]) == [0.01, 0.01, 0.5, 0.5, 0.001, 0.001]


def test_deleting_removes_the_run_its_curves_and_its_files_and_no_others(store: Store) -> None:
    gone, kept = (store.runs.create(CONFIG, EMBEDDED, state="running") for _ in range(2))
    for run in (gone, kept):
        store.workers.report(run, {"loss": ([1], [0.5])}, state="finished")
        store.workers.mark(run, 1, "paused")
        for path in (store.files.network_path(run.id), store.files.checkpoint_path(run.id, 2, 1)):
            path.touch()

    store.runs.delete(gone.id)

    assert [run.id for run in store.runs.all()] == [kept.id]
    assert [len(store.metrics.curve(run.id, "loss")[0]) for run in (gone, kept)] == [0, 1]
    files = {store.files.network_path(kept.id), store.files.checkpoint_path(kept.id, 2, 1)}
    assert {path for path in store.folder.iterdir() if path.name.startswith("run-")} == files
    assert [mark.event for mark in store.runs.get(kept.id).marks] == ["paused"]
    assert store.control.get(gone.id) is None


def test_the_number_of_a_deleted_run_is_never_used_again(store: Store) -> None:
    last = [queue(store).id for _ in range(3)][-1]
    store.control.stop(last)
    store.runs.delete(last)

    assert Store(store.folder, store.database_url).runs.create(CONFIG, EMBEDDED).id == last + 1


@pytest.mark.parametrize("ended", ["interrupted", "stopped", "failed"])
@pytest.mark.parametrize("newer", ["finished", "queued", "running", "paused"])
def test_the_latest_run_to_resume_is_the_last_that_can_be(ended: Status, newer: Status, store: Store) -> None:
    for state in ("stopped", ended, newer):
        store.runs.create(CONFIG, EMBEDDED, state=state)
    store.workers.report(store.runs.get(3), {})

    assert store.runs.find_resumable("latest").id == 2


def test_the_latest_run_to_resume_may_be_one_whose_worker_is_gone(store: Store) -> None:
    store.runs.create(CONFIG, EMBEDDED, state="running")
    queue(store)
    pass_time(store, 60)

    assert store.runs.find_resumable("latest").id == 1


def test_where_no_run_can_be_resumed_that_is_one_sentence(store: Store) -> None:
    store.runs.create(CONFIG, EMBEDDED, "done", state="finished")

    with pytest.raises(DigitLabError, match=r"\ANo run was stopped or interrupted, or failed, so there is nothing"):
        store.runs.find_resumable("latest")
    with pytest.raises(DigitLabError, match=r"\Adone is finished, so there is nothing to resume\.\Z"):
        store.runs.find_resumable("1")
