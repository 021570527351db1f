"""A person steers a training in progress; nothing is lost and the rest goes on as if it had been so from the start."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from mnist_core import data
from mnist_core.config import PRESETS, TrainingConfig
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.export import run_files
from mnist_core.jobs import job
from mnist_core.store import Run, Store
from mnist_core.training import networks
from mnist_core.training.events import StepsTaken
from mnist_core.training.threads import Threads
from mnist_core.training.trainer import Trainer
from tests.mnist_core.claimed_runs import CONFIG, STEPS, claim, start, train, weights
from tests.mnist_core.class_of_learners import join

pytestmark = pytest.mark.usefixtures("report_each_step")

CNN = PRESETS["drawing"].model_copy(
    update={
        "epochs": 2,
        "hidden_sizes": (8,),
        "train_size": 200,
        "batch_size": 20,
        "synthetic_digits": 0,
        "non_digits": 0,
    }
)
AT_A_STEP = pytest.mark.parametrize(
    ("config", "step"),
    [*((CONFIG, step) for step in (1, 7, 10, 19)), (CNN, 7)],
    ids=["first step", "in an epoch", "its last step", "last but one", "convolutions in a cycle"],
)


def trained(store: Store, run: Run, then: dict[int, Callable[[], object]] | None = None) -> Run:
    """The run as it is stored after it was trained."""
    train(store, run, then or {})
    return store.runs.get(run.id)


def assert_trained_like(store: Store, run: Run, digits: DataSet, changes: dict[int, float], epochs: int = 2) -> None:
    """The run has the weights and the losses of a training here that was so from the start."""
    used, validation = data.hold_out(digits.train, run.config.validation_share, run.config.train_size, run.config.seed)
    trainer = Trainer(
        networks.build_network(run.config),
        run.config,
        used,
        validation,
        learning_rates=changes,
        more_epochs=epochs - run.config.epochs,
    )
    losses = [loss for event in trainer.run() if isinstance(event, StepsTaken) for loss in event.losses]
    np.testing.assert_array_equal(store.metrics.curve(run.id, "loss")[1], losses)
    stored = load_file(store.files.network_path(run.id))
    assert all(torch.equal(stored[name], tensor) for name, tensor in trainer.state_dict()["model"].items())


def test_a_paused_run_gives_its_worker_up_to_somebody_else_and_goes_on_later(
    store: Store, embedded: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "GIVE_WAY_SECONDS", 0.0)
    ann, seen = join(store, "ann").store, list[str]()
    run = claim(store, ann.runs.create(CONFIG, EMBEDDED).id)
    ann.runs.create(CONFIG, EMBEDDED)

    class Leave(threading.Event):
        """What a paused run waits for, beside being resumed."""

        def wait(self, timeout: float | None = None) -> bool:
            seen.append(store.runs.get(run.id).status)
            if len(seen) == 3:
                join(store, "ben").store.runs.create(CONFIG, EMBEDDED)
            return len(seen) > 1_000

    train(store, run, {7: lambda: ann.control.pause(run.id)}, Leave())

    assert store.runs.get(run.id).status == "stopped"
    assert 3 <= len(seen) < 1_000
    assert set(seen) == {"paused"}
    ann.control.resume(run.id)
    assert trained(store, claim(store, run.id)).status == "finished"
    assert_trained_like(store, run, embedded, {})


def events(run: Run) -> list[tuple[int, str]]:
    return [(mark.step, mark.event) for mark in run.marks]


def test_a_pause_holds_the_training_until_it_is_resumed(store: Store, embedded: DataSet) -> None:
    run, seen = start(store), list[tuple[str, int, int]]()

    class Leave(threading.Event):
        """What a paused run waits for, beside being resumed."""

        def wait(self, timeout: float | None = None) -> bool:
            stored = store.runs.get(run.id)
            seen.append((stored.status, stored.step, len(store.metrics.curve(run.id, "loss")[0])))
            if len(seen) == 4:
                store.control.resume(run.id)
            return False

    train(store, run, {7: lambda: store.control.pause(run.id)}, Leave())

    stored = store.runs.get(run.id)
    assert seen == [("paused", 7, 7)] * 4
    assert (stored.status, events(stored)) == ("finished", [(7, "paused")])
    assert_trained_like(store, stored, embedded, {})


def test_a_resume_while_a_run_is_being_stopped_is_not_lost(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run, mark = start(store), store.workers.mark

    def resume_meanwhile(*arguments: Any) -> None:
        mark(*arguments)
        store.control.resume(run.id)

    monkeypatch.setattr(store.workers, "mark", resume_meanwhile)
    stored = trained(store, run, {7: lambda: store.control.stop(run.id)})

    assert (stored.status, events(stored)) == ("queued", [(7, "stopped")])


@AT_A_STEP
def test_a_learning_rate_set_while_training_holds_from_that_step_on(
    config: TrainingConfig, step: int, store: Store, embedded: DataSet
) -> None:
    run = start(store, config)

    stored = trained(store, run, {step: lambda: store.control.set_learning_rate(run.id, 0.002)})

    assert [(mark.step, mark.label) for mark in stored.marks] == [(step, "learning rate 0.002")]
    assert_trained_like(store, stored, embedded, {step: 0.002})


def test_a_rate_set_before_the_start_holds_from_the_start(store: Store, embedded: DataSet) -> None:
    run = start(store)
    store.control.set_learning_rate(run.id, 0.1)

    assert_trained_like(store, trained(store, run), embedded, {0: 0.1})


def test_one_more_epoch_is_trained_when_it_is_asked_for(store: Store, embedded: DataSet) -> None:
    run = start(store)
    ask = {step: lambda: store.control.one_more_epoch(run.id) for step in (7, STEPS)}

    stored = trained(store, run, ask)

    assert (stored.status, stored.epoch, stored.step, stored.steps) == ("finished", 4, 2 * STEPS, 2 * STEPS)
    assert events(stored) == [(7, "one more epoch"), (STEPS, "one more epoch")]
    assert_trained_like(store, stored, embedded, {}, epochs=4)


def test_one_more_epoch_for_a_finished_run_goes_on_from_its_end(store: Store, embedded: DataSet) -> None:
    run = trained(store, start(store, CNN))
    store.control.one_more_epoch(run.id)

    stored = trained(store, claim(store, run.id))

    assert (stored.status, stored.epoch, events(stored)) == ("finished", 3, [(STEPS, "one more epoch")])
    assert_trained_like(store, stored, embedded, {}, epochs=3)


@AT_A_STEP
def test_stopped_and_resumed_a_run_has_the_weights_and_metrics_of_one_in_one_go(
    config: TrainingConfig, step: int, store: Store
) -> None:
    whole, run = trained(store, start(store, config)), start(store, config)

    stopped = trained(store, run, {step: lambda: store.control.stop(run.id)})
    assert (stopped.status, stopped.step, events(stopped)) == ("stopped", step, [(step, "stopped")])
    store.control.resume(run.id)
    stored = trained(store, claim(store, run.id))

    assert (stored.status, stored.step, stored.epoch) == ("finished", STEPS, 2)
    assert events(stored) == [(step, "stopped"), (step, "resumed")]
    assert run_files.metrics_csv(store, stored) == run_files.metrics_csv(store, whole)
    assert weights(store, stored) == weights(store, whole)


def test_steered_stopped_and_resumed_a_run_keeps_what_was_done_to_it(store: Store, embedded: DataSet) -> None:
    run = start(store)

    train(
        store,
        run,
        {
            4: lambda: store.control.set_learning_rate(run.id, 0.1),
            6: lambda: store.control.one_more_epoch(run.id),
            12: lambda: store.control.stop(run.id),
        },
    )
    store.control.resume(run.id)
    stored = trained(store, claim(store, run.id), {15: lambda: store.control.set_learning_rate(run.id, 0.001)})

    assert (stored.status, stored.epoch) == ("finished", 3)
    assert_trained_like(store, stored, embedded, {4: 0.1, 15: 0.001}, epochs=3)


@pytest.fixture
def two_threads(monkeypatch: pytest.MonkeyPatch, use_threads: Callable[[int], None]) -> list[int]:
    """The most threads that each choice of a training's threads was given, on two cores."""

    class Noted(Threads):
        def __init__(self) -> None:
            most.append(torch.get_num_threads())
            super().__init__()

    most = list[int]()
    monkeypatch.setattr(job, "Threads", Noted)
    use_threads(2)
    return most


def test_a_resumed_run_may_use_all_threads_whatever_its_checkpoint_used(store: Store, two_threads: list[int]) -> None:
    run = start(store)

    train(store, run, {5: lambda: (torch.set_num_threads(1), store.control.stop(run.id))})
    assert torch.get_num_threads() == 2
    store.control.resume(run.id)
    train(store, claim(store, run.id))

    assert two_threads == [2, 2]


def test_runs_that_train_at_the_same_time_share_the_cores(store: Store, two_threads: list[int]) -> None:
    run, other = start(store), start(store)

    train(store, run, {5: lambda: store.runs.delete(other.id)})

    assert two_threads == [1, 2]


def test_a_run_with_convolutions_keeps_its_share_of_the_cores(store: Store, two_threads: list[int]) -> None:
    run, other = start(store, CNN), start(store)
    used = list[int]()

    train(store, run, {5: lambda: store.runs.delete(other.id), 15: lambda: used.append(torch.get_num_threads())})

    assert used == [1]
