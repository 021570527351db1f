"""Whatever happens in a training, its run ends with a status, a reason and what was learnt so far."""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from mnist_core import models, settings, training, worker
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.store import Run, Store

SHORT = TrainingConfig(hidden_sizes=(16,), epochs=2, train_size=1_000, validation_share=0.1, seed=2)
STEPS = 2 * 16  # 1,000 images are 15 batches of 64 and one of 40


@pytest.fixture
def store() -> Store:
    return Store(settings.load().runs_dir)


def execute(store: Store, config: TrainingConfig, **arguments: Any) -> Run:
    """Train a new run to its end and return it as it is stored."""
    run = store.create(config, EMBEDDED, state="running")
    worker.execute(store, settings.load(), run, **arguments)
    return store.get(run.id)


def test_a_short_run_ends_finished_with_every_loss_and_its_final_values(store: Store) -> None:
    run = execute(store, SHORT)

    steps, losses = store.curve(run.id, "loss")
    assert (run.status, run.error, run.log) == ("finished", "", "")
    assert steps.tolist() == list(range(1, STEPS + 1))
    assert (run.step, run.steps, run.epoch, run.progress) == (STEPS, STEPS, 2, 1)
    assert run.final_loss == losses[-1]
    assert run.images_per_second == pytest.approx(2_000 / run.seconds)
    assert (run.data_set, bool(run.device)) == (EMBEDDED, True)


def test_the_stored_losses_are_those_of_the_training_loop(store: Store, embedded: DataSet) -> None:
    config = SHORT.model_copy(update={"validation_share": 0.0, "train_size": None, "epochs": 1})

    run = execute(store, config)

    events = training.train(models.build(config), config, embedded.train, embedded.test)
    expected = [loss for event in events if isinstance(event, training.Steps) for loss in event.losses]
    np.testing.assert_allclose(store.curve(run.id, "loss")[1], expected, atol=1e-5)


def test_each_epoch_adds_a_training_loss_and_a_validation_accuracy_at_its_last_step(store: Store) -> None:
    run = execute(store, SHORT)

    losses = store.curve(run.id, "loss")[1].reshape(2, -1).mean(axis=1)
    steps, means = store.curve(run.id, "training_loss")
    assert steps.tolist() == [STEPS // 2, STEPS]
    np.testing.assert_allclose(means, losses)
    steps, accuracies = store.curve(run.id, "validation_accuracy")
    assert steps.tolist() == [STEPS // 2, STEPS]
    assert run.validation_accuracy == accuracies[-1] > 0.2


def test_a_finished_run_leaves_a_network_that_reads_digits(store: Store, embedded: DataSet) -> None:
    run = execute(store, TrainingConfig(epochs=1, optimiser="adam", learning_rate=0.001))

    model, config = models.load(store.model_path(run.id))

    assert config == run.config
    assert training.accuracy(model, embedded.test) > 0.7


def test_progress_is_told_up_to_the_last_step(store: Store) -> None:
    told: list[tuple[int, int]] = []

    execute(store, SHORT, on_progress=lambda step, steps: told.append((step, steps)))

    assert told == sorted(told)
    assert told[-1] == (STEPS, STEPS)


def test_a_wish_to_stop_ends_the_run_as_stopped_and_keeps_the_network(store: Store) -> None:
    config = TrainingConfig(hidden_sizes=(8,), batch_size=1, epochs=5)

    run = execute(store, config, on_progress=lambda step, steps: store.stop(store.runs()[0].id))

    assert run.status == "stopped"
    assert 0 < run.step < run.steps
    assert store.curve(run.id, "loss")[0].tolist() == list(range(1, run.step + 1))
    assert models.load(store.model_path(run.id))[1] == config


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"learning_rate": 10.0}, "learning rate"), ({"train_size": 5_000}, "only 4,000 images")],
    ids=["absurd learning rate", "too many images"],
)
def test_a_run_that_cannot_work_fails_with_one_sentence_that_says_why(
    changes: dict[str, Any], reason: str, store: Store
) -> None:
    run = execute(store, TrainingConfig(**changes))

    assert run.status == "failed"
    assert reason in run.error
    assert run.error.endswith(".")
    assert "\n" not in run.error
    assert "Traceback" not in run.error
    assert not store.model_path(run.id).exists()


def test_an_unforeseen_error_fails_only_its_run_and_its_traceback_is_in_the_log(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Iterator[training.Event]:
        yield training.Steps(1, [0.5], 64)
        raise RuntimeError("the sky fell")

    with monkeypatch.context() as patch:
        patch.setattr(training, "train", broken)
        run = execute(store, SHORT)

    assert run.status == "failed"
    assert "RuntimeError" in run.error
    assert "\n" not in run.error
    assert "Traceback" in run.log
    assert "the sky fell" in run.log
    assert store.curve(run.id, "loss")[0].tolist() == [1]
    assert execute(store, SHORT).status == "finished"


def test_a_run_reports_also_during_a_step_that_takes_long(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def reported() -> float:
        return store.runs()[0].reported or 0.0

    newer: list[bool] = []

    def slow(*_: Any) -> Iterator[training.Event]:
        before, deadline = reported(), time.monotonic() + 5
        while reported() == before and time.monotonic() < deadline:
            pass
        newer.append(reported() > before)
        yield training.Steps(1, [0.5], 64)

    monkeypatch.setattr(training, "warm_up", lambda kind: None)
    monkeypatch.setattr(training, "train", slow)
    execute(store, SHORT)

    assert newer == [True]
