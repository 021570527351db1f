"""A run that is deleted, taken by another worker or diverges ends quietly, with the files that it should leave."""

import re

import numpy as np
import pytest

from mnist_core import data
from mnist_core.data import DataSet
from mnist_core.store import Run, Store
from mnist_core.training import networks
from mnist_core.training.trainer import Trainer
from tests.mnist_core.claimed_runs import CONFIG, STEPS, WORKER, claim, start, train, weights

OTHER = "there:1:a"
pytestmark = pytest.mark.usefixtures("report_each_step")


def resume(store: Store, run: Run) -> Run:
    store.control.resume(run.id)
    train(store, claim(store, run.id))
    return store.runs.get(run.id)


def files(store: Store) -> set[str]:
    return {path.name for path in store.folder.iterdir() if not path.name.startswith("runs.db")}


@pytest.mark.parametrize("step", [1, 10, 15, STEPS])
def test_a_run_deleted_while_it_trains_ends_quietly_and_leaves_no_files(step: int, store: Store) -> None:
    run, other = start(store), start(store)
    train(store, other)

    train(store, run, {step: lambda: store.runs.delete(run.id)})

    assert [left.id for left in store.runs.all()] == [other.id]
    assert {name.split(".")[0] for name in files(store)} == {f"run-{other.id}"}


def test_a_run_that_fails_just_when_it_is_deleted_ends_quietly_and_leaves_no_files(store: Store) -> None:
    run = start(store)

    def delete_and_fail() -> None:
        store.runs.delete(run.id)
        store.files.network_path(run.id).touch()
        raise RuntimeError

    train(store, run, {15: delete_and_fail})

    assert (store.runs.all(), files(store)) == ([], set())


def test_a_run_taken_by_another_worker_is_left_to_it_with_its_files(store: Store) -> None:
    run, whole = start(store), start(store)

    def lose() -> None:
        store.workers.mark_dead(WORKER, "It seemed dead.")
        store.control.resume(run.id)
        store.workers.claim(OTHER, run.id)

    train(store, run, {15: lose})

    stored = store.runs.get(run.id)
    assert (stored.status, stored.worker, stored.step, stored.error) == ("running", OTHER, 15, "")
    assert store.files.named(stored.checkpoint).is_file()
    store.workers.mark_dead(OTHER, "It died.")
    assert resume(store, run).status == "finished"
    train(store, whole)
    assert weights(store, run) == weights(store, whole)


def test_a_run_that_diverges_keeps_its_last_good_network_and_can_go_on_with_a_lower_rate(
    store: Store, embedded: DataSet
) -> None:
    config = CONFIG.model_copy(update={"epochs": 8})
    run = start(store, config)

    train(store, run, {12: lambda: store.control.set_learning_rate(run.id, 10.0)})

    stored = store.runs.get(run.id)
    kept = re.search(r"The weights after step (\d+) are kept\.$", stored.error)
    assert (stored.status, [mark.event for mark in stored.marks]) == ("failed", ["learning rate", "diverged"])
    assert kept is not None
    assert 12 <= int(kept[1]) < stored.marks[1].step <= stored.step + 1
    used, validation = data.hold_out(embedded.train, 0.1, 200, 2)
    trainer = Trainer(networks.build_network(config), config, used, validation, learning_rates={12: 10.0})
    next(event for event in trainer.run() if trainer.step == int(kept[1]))
    assert {name: tensor.numpy().tobytes() for name, tensor in trainer.state_dict()["model"].items()} == weights(
        store, run
    )

    store.control.set_learning_rate(run.id, 0.001)
    again = resume(store, run)
    assert (again.status, again.error, again.step) == ("finished", "", 80)
    assert again.rates_by_hand[int(kept[1])] == 0.001
    assert np.isfinite(store.metrics.curve(run.id, "loss")[1]).all()


def test_a_run_that_diverges_at_once_has_no_network_to_keep(store: Store) -> None:
    run = start(store, CONFIG.model_copy(update={"learning_rate": 10.0, "epochs": 1, "batch_size": 1}))

    train(store, run)

    assert store.runs.get(run.id).error.endswith("There are no good weights to keep yet.")
    assert files(store) == {store.files.snapshot_path(run.id, 0).name}


def test_a_rate_lowered_too_late_does_not_cost_the_last_good_network(store: Store) -> None:
    config = CONFIG.model_copy(update={"epochs": 8})
    first, run = start(store, config), start(store, config)
    train(store, first, {12: lambda: store.control.set_learning_rate(first.id, 10.0)})
    last = store.runs.get(first.id).step  # one more ends it, at whatever rate

    train(
        store,
        run,
        {
            12: lambda: store.control.set_learning_rate(run.id, 10.0),
            last: lambda: store.control.set_learning_rate(run.id, 0.01),
        },
    )
    assert store.runs.get(run.id).status == "failed"
    again = resume(store, run)

    assert (again.status, again.error) == ("finished", "")
    assert np.isfinite(store.metrics.curve(run.id, "loss")[1]).all()
