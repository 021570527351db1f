"""Where the runs folder cannot be used for a while, a training waits or ends, and goes on without a loss."""

from collections.abc import Callable
from typing import Any

import pytest

from mnist_core import DigitLabError
from mnist_core.export import run_files
from mnist_core.jobs import job, retry
from mnist_core.store import Run, Store
from mnist_core.training import checkpoint
from tests.mnist_core.claimed_runs import STEPS, claim, start, train, weights

pytestmark = pytest.mark.usefixtures("report_each_step")


def assert_like_one_without_trouble(store: Store, run: Run) -> None:
    whole = start(store)
    train(store, whole)
    stored = store.runs.get(run.id)
    assert (stored.status, stored.error, stored.step, stored.epoch) == ("finished", "", STEPS, 2)
    assert run_files.metrics_csv(store, stored) == run_files.metrics_csv(store, whole)
    assert weights(store, stored) == weights(store, whole)


def method(store: Store, name: str) -> tuple[Any, str]:
    """The part of a store, and the name of its method."""
    part, _, method_name = name.partition(".")
    return getattr(store, part), method_name


def failing(target: Any, name: str, when: Callable[[], bool], patch: pytest.MonkeyPatch, times: int = 5) -> list[str]:
    """Let a function fail so often from when a condition holds; returns what fails, as it happens."""
    real, failed = getattr(target, name), list[str]()

    def troubled(*arguments: Any, **named: Any) -> Any:
        if len(failed) < times and when():
            failed.append(name)
            raise DigitLabError("The disk is full.")
        return real(*arguments, **named)

    patch.setattr(target, name, troubled)
    return failed


@pytest.mark.parametrize(
    ("name", "state"), [("workers.report", "running"), ("control.get", "running"), ("control.get", "finished")]
)
def test_a_store_that_fails_for_a_while_makes_the_run_wait_and_loses_nothing(
    name: str, state: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(store)
    with monkeypatch.context() as patch:
        failed = failing(*method(store, name), lambda: store.runs.get(run.id).state == state, patch)
        train(store, run)

    assert len(failed) == 5
    assert_like_one_without_trouble(store, run)


@pytest.mark.parametrize("name", ["workers.mark", "workers.rewind", "workers.report", "control.get"])
def test_a_store_that_fails_while_a_run_is_resumed_makes_it_wait_and_loses_nothing(
    name: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(store)
    train(store, run, {7: lambda: store.control.stop(run.id)})
    store.control.resume(run.id)
    again = claim(store, run.id)

    with monkeypatch.context() as patch:
        assert failing(*method(store, name), lambda: True, patch) == []
        train(store, again)

    assert_like_one_without_trouble(store, run)


def test_a_checkpoint_that_cannot_be_saved_for_a_while_makes_the_run_wait(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(store)
    with monkeypatch.context() as patch:
        failed = failing(checkpoint, "save", lambda: True, patch)
        train(store, run)

    assert len(failed) == 5
    assert_like_one_without_trouble(store, run)


@pytest.mark.parametrize(
    ("saved", "epochs"),
    # One after each of the ten steps of an epoch, and one at its end.
    [(0, 0), (6, 0), (9, 0), (10, 1), (12, 1)],
    ids=["first", "in an epoch", "last step", "end of the epoch", "after an epoch"],
)
def test_a_run_that_ended_because_a_checkpoint_could_not_be_saved_can_be_resumed(
    saved: int, epochs: int, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, real, done = start(store), checkpoint.save, list[int]()

    def save(*arguments: Any) -> None:
        if len(done) == saved:
            raise DigitLabError("The disk is full.")
        real(*arguments)
        done.append(saved)

    with monkeypatch.context() as patch:
        patch.setattr(job, "CHECKPOINT_SECONDS", 0.0)
        patch.setattr(retry, "PATIENCE_SECONDS", -1.0)
        patch.setattr(checkpoint, "save", save)
        train(store, run)
    stored = store.runs.get(run.id)
    assert (stored.status, stored.error, stored.epoch) == ("failed", "The disk is full.", epochs)

    store.control.resume(run.id)
    train(store, claim(store, run.id))

    assert_like_one_without_trouble(store, run)
