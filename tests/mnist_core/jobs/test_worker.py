"""Whatever happens in a training, its run ends with a status, a reason and what was learnt so far."""

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from mnist_core import DigitLabError, settings
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.jobs import job, retry, worker
from mnist_core.store import Run, Store
from mnist_core.training import networks
from mnist_core.training.events import StepsTaken, TrainingEvent
from mnist_core.training.trainer import Trainer

SHORT = TrainingConfig(hidden_sizes=(16,), epochs=2, train_size=1_000, validation_share=0.1, seed=2)
STEPS = 2 * 16  # 1,000 images are 15 batches of 64 and one of 40


def execute(store: Store, config: TrainingConfig, **arguments: Any) -> Run:
    """Train a new run to its end and return it as it is stored."""
    run = store.runs.create(config, EMBEDDED, state="running")
    worker.execute(store, settings.load(), run, **arguments)
    return store.runs.get(run.id)


def test_a_short_run_ends_finished_with_every_loss_and_its_final_values(store: Store) -> None:
    run = execute(store, SHORT)

    steps, losses = store.metrics.curve(run.id, "loss")
    assert (run.status, run.error, run.log) == ("finished", "", "")
    assert steps.tolist() == list(range(1, STEPS + 1))
    assert (run.step, run.steps, run.epoch, run.progress) == (STEPS, STEPS, 2, 1)
    assert run.images_per_second >= 2_000 / run.seconds > 0
    assert (run.data_set, bool(run.device), run.final_loss) == (EMBEDDED, True, losses[-1])


def test_the_stored_losses_are_those_of_the_training_loop(store: Store, embedded: DataSet) -> None:
    config = SHORT.model_copy(update={"validation_share": 0.0, "train_size": None, "epochs": 1})

    run = execute(store, config)

    events = Trainer(networks.build_network(config), config, embedded.train, embedded.test).run()
    expected = [loss for event in events if isinstance(event, StepsTaken) for loss in event.losses]
    np.testing.assert_allclose(store.metrics.curve(run.id, "loss")[1], expected, atol=1e-5)


def test_each_epoch_adds_its_losses_and_accuracies_at_its_last_step(store: Store) -> None:
    run = execute(store, SHORT)

    losses = store.metrics.curve(run.id, "loss")[1].reshape(2, -1).mean(axis=1)
    steps, means = store.metrics.curve(run.id, "training_loss")
    assert steps.tolist() == [STEPS // 2, STEPS]
    np.testing.assert_allclose(means, losses)
    assert len(store.metrics.curve(run.id, "validation_loss")[0]) == 2
    for part in ("training_accuracy", "validation_accuracy"):
        assert store.metrics.curve(run.id, part)[0].tolist() == steps.tolist()
        assert getattr(run, part) == store.metrics.curve(run.id, part)[1][-1] > 0.2


def test_a_finished_run_leaves_a_network_that_reads_digits(store: Store, embedded: DataSet) -> None:
    run = execute(store, TrainingConfig(epochs=1, optimiser="adam", learning_rate=0.001))

    model, config = networks.load_network(store.files.network_path(run.id))

    assert config == run.config
    assert (networks.outputs(model, embedded.test.images).argmax(1).numpy() == embedded.test.labels).mean() > 0.7


def test_progress_is_told_up_to_the_last_step(store: Store) -> None:
    told: list[tuple[int, int]] = []

    execute(store, SHORT, on_progress=lambda step, steps: told.append((step, steps)))

    assert told == sorted(told)
    assert told[-1] == (STEPS, STEPS)


def test_asking_it_to_stop_ends_the_run_as_stopped_and_keeps_the_network(store: Store) -> None:
    config = TrainingConfig(hidden_sizes=(8,), batch_size=1, epochs=5)

    run = execute(store, config, on_progress=lambda step, steps: store.control.stop(store.runs.all()[0].id))

    assert (run.status, 0 < run.step < run.steps) == ("stopped", True)
    assert store.metrics.curve(run.id, "loss")[0].tolist() == list(range(1, run.step + 1))
    assert networks.load_network(store.files.network_path(run.id))[1] == config


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"learning_rate": 10.0}, "learning rate"), ({"train_size": 5_000}, "only 4,000 images")],
    ids=["absurd learning rate", "too many images"],
)
def test_a_run_that_cannot_work_fails_with_one_sentence_that_says_why(
    changes: dict[str, Any], reason: str, store: Store
) -> None:
    run = execute(store, TrainingConfig(**changes))

    assert (run.status, run.error.count("\n"), "Traceback" in run.error) == ("failed", 0, False)
    assert (reason in run.error, run.error[-1]) == (True, ".")
    assert not store.files.network_path(run.id).exists()


def test_a_run_whose_curves_cannot_be_stored_for_too_long_fails_and_says_why(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = store.workers.report

    def refuse(run: Run, curves: Any, **columns: Any) -> None:
        if curves:
            raise DigitLabError("The disk is full.")
        report(run, curves, **columns)

    monkeypatch.setattr(retry, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(retry, "RETRY_SECONDS", 0.001)
    monkeypatch.setattr(store.workers, "report", refuse)
    run = execute(store, SHORT)

    assert (run.status, run.error, run.step) == ("failed", "The disk is full.", 0)


def test_an_unforeseen_error_fails_only_its_run_and_its_traceback_is_in_the_log(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Trainer) -> Iterator[TrainingEvent]:
        yield StepsTaken(1, [0.5], 64)
        raise RuntimeError("the sky fell")

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "run", broken)
        run = execute(store, SHORT)

    assert (run.status, run.error.count("\n"), "RuntimeError" in run.error) == ("failed", 0, True)
    assert all(words in run.log for words in ("Traceback", "the sky fell"))
    assert store.metrics.curve(run.id, "loss")[0].tolist() == [1]
    assert execute(store, SHORT).status == "finished"


def test_a_run_reports_also_during_a_step_that_takes_long(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    reported, report, beats = threading.Event(), store.workers.report, list[bool]()

    def note(*arguments: Any, **columns: Any) -> None:
        report(*arguments, **columns)
        if threading.current_thread() is not threading.main_thread():
            reported.set()

    def slow(_: Trainer) -> Iterator[TrainingEvent]:
        reported.clear()
        beats.append(reported.wait(60))
        yield StepsTaken(1, [0.5], 64)

    monkeypatch.setattr(worker, "HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr(job, "warm_up", lambda kind: None)
    monkeypatch.setattr(store.workers, "report", note)
    monkeypatch.setattr(Trainer, "run", slow)
    execute(store, SHORT)

    assert beats == [True]
