"""A sweep that is read again and again is as a first reading would find it, and keeps what has not changed."""

from mnist_core.store import Store
from mnist_core.sweep.snapshot import SweepReader
from tests.mnist_core.small_sweeps import end, plan, start, take_next


def test_a_later_reading_is_like_a_first_one_and_keeps_the_outcome_until_a_run_ends(store: Store) -> None:
    sweep = start(store, plan(at_once=1))
    reader = SweepReader(store, sweep.id)
    assert reader.read().runs == ()
    run = take_next(store)
    assert run is not None
    begun = reader.read()

    store.workers.report(run, {"validation_accuracy": ([5], [0.4])}, epoch=1, step=5)
    after_an_epoch = reader.read()
    assert after_an_epoch.outcome is begun.outcome
    assert (after_an_epoch.curves, begun.curves) == ({1: [0.4]}, {})
    assert after_an_epoch.runs[0].epoch == 1

    store.workers.report(run, {"validation_accuracy": ([10], [0.6])}, epoch=2, validation_accuracy=0.6, state="pruned")
    ended = reader.read()
    assert ended.outcome.version > begun.outcome.version
    assert (ended.outcome.ended, ended.outcome.in_progress) == (list(ended.runs), [])
    assert (ended.curves, after_an_epoch.curves) == ({1: [0.4, 0.6]}, {1: [0.4]})
    assert reader.read().outcome is ended.outcome


def test_a_run_that_is_resumed_renamed_or_deleted_is_read_again(store: Store) -> None:
    sweep = start(store, plan(at_once=1))
    for accuracy in (0.5, 0.7):
        run = take_next(store)
        assert run is not None
        end(store, run, accuracy)
    reader = SweepReader(store, sweep.id)
    first, second = reader.read().runs

    store.runs.rename(first.id, "Mine")
    assert [run.name for run in reader.read().outcome.runs] == ["Mine", second.name]
    store.control.one_more_epoch(second.id)
    assert [run.status for run in reader.read().outcome.runs] == ["finished", "queued"]
    store.runs.delete(first.id)
    assert [run.id for run in reader.read().outcome.runs] == [second.id]
