"""Sweeps in the store: numbered runs, each once, and pause, stop, resume and delete of all of them together."""

import pytest

from mnist_core import DigitLabError
from mnist_core.store import Run, Store, Sweep
from tests.mnist_core.small_sweeps import CONFIG, end, plan, start


@pytest.fixture
def sweep(store: Store) -> Sweep:
    return start(store, plan())


def add(store: Store, sweep: Sweep, *numbers: int) -> list[Run]:
    runs = [store.sweeps.add_run(sweep.id, number, CONFIG, f"Run {number}") for number in numbers]
    return [run for run in runs if run is not None]


def states(store: Store, sweep: Sweep) -> list[tuple[str, str]]:
    return [(run.state, run.control.wanted) for run in store.sweeps.runs(sweep.id)]


def test_a_sweep_is_stored_with_its_plan_and_settings(store: Store, sweep: Sweep) -> None:
    found = store.sweeps.get(sweep.id)

    assert (found.name, found.config, found.data_set_size) == ("Sweep 1", CONFIG, 4_000)
    assert (found.plan, found.status) == (plan().model_dump(mode="json"), "running")
    assert [each.id for each in store.sweeps.all()] == [sweep.id]


def test_a_number_is_given_once(store: Store, sweep: Sweep) -> None:
    (run,) = add(store, sweep, 1)

    assert store.sweeps.add_run(sweep.id, 1, CONFIG, "again") is None
    assert [each.id for each in store.sweeps.runs(sweep.id)] == [run.id]
    assert (run.sweep_id, run.number, run.confirms, run.data_set_size) == (sweep.id, 1, None, 4_000)
    other = start(store, plan())
    assert len(add(store, other, 1)) == 1


def test_the_next_number_comes_with_the_first_that_has_not_ended(store: Store, sweep: Sweep) -> None:
    assert store.sweeps.next_number(sweep.id) == (1, 1)
    runs = add(store, sweep, 1, 2, 3)
    assert store.sweeps.next_number(sweep.id) == (4, 1)
    for number, state in ((1, "pruned"), (2, "failed"), (3, "finished")):
        run = store.workers.claim(1, runs[number - 1].id)
        assert run is not None
        end(store, run, 0.5, state=state)
        assert store.sweeps.next_number(sweep.id) == (4, number + 1)


def test_a_pause_holds_runs_in_progress_and_new_ones_until_it_is_resumed(store: Store, sweep: Sweep) -> None:
    add(store, sweep, 1)
    store.sweeps.pause(sweep.id)

    assert store.sweeps.add_run(sweep.id, 2, CONFIG, "") is None
    assert states(store, sweep) == [("queued", "pause")]
    assert (store.sweeps.get(sweep.id).status, store.sweeps.in_progress()) == ("paused", [])

    store.sweeps.resume(sweep.id)
    assert states(store, sweep) == [("queued", "run")]
    assert [each.id for each in store.sweeps.in_progress()] == [sweep.id]


def test_a_stop_ends_what_is_queued_and_a_resume_queues_it_again_but_not_what_failed(
    store: Store, sweep: Sweep
) -> None:
    first, _ = add(store, sweep, 1, 2)
    run = store.workers.claim(1, first.id)
    assert run is not None
    end(store, run, state="failed", error="It exploded.")
    store.sweeps.stop(sweep.id)

    assert [state for state, _ in states(store, sweep)] == ["failed", "stopped"]
    assert store.sweeps.get(sweep.id).status == "stopped"
    store.sweeps.resume(sweep.id)
    assert [state for state, _ in states(store, sweep)] == ["failed", "queued"]
    assert store.sweeps.runs(sweep.id)[0].error == "It exploded."


def test_a_finished_sweep_stays_finished(store: Store, sweep: Sweep) -> None:
    store.sweeps.finish(sweep.id)
    store.sweeps.pause(sweep.id)

    assert store.sweeps.get(sweep.id).status == "finished"
    store.sweeps.resume(sweep.id)
    assert store.sweeps.in_progress() == []


def test_curves_come_by_the_number_of_the_run(store: Store, sweep: Sweep) -> None:
    for added, accuracy in zip(add(store, sweep, 1, 2, 3), (0.1, None, 0.3), strict=True):
        run = store.workers.claim(1, added.id)
        assert run is not None
        end(store, run, accuracy, epochs=2)

    assert store.sweeps.curves(sweep.id) == {1: [0.1, 0.1], 3: [0.3, 0.3]}


def test_a_deleted_sweep_takes_its_runs_with_it(store: Store, sweep: Sweep) -> None:
    alone = store.runs.create(CONFIG, sweep.data_set)
    (run,) = add(store, sweep, 1)
    store.files.network_path(run.id).write_bytes(b"weights")
    store.sweeps.delete(sweep.id)

    assert [each.id for each in store.runs.all()] == [alone.id]
    assert not store.files.network_path(run.id).exists()
    assert store.sweeps.add_run(sweep.id, 2, CONFIG, "") is None
    with pytest.raises(DigitLabError, match=f"There is no sweep {sweep.id}; it may have been deleted."):
        store.sweeps.get(sweep.id)


def test_a_sweep_is_renamed_by_a_name_with_a_letter(store: Store, sweep: Sweep) -> None:
    store.sweeps.rename(sweep.id, " My  sweep ")
    assert store.sweeps.get(sweep.id).name == "My sweep"
    with pytest.raises(DigitLabError, match="A name has at least one letter"):
        store.sweeps.rename(sweep.id, " ")
