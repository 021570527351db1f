"""A worker that stays on a cluster: what it takes, and how it leaves."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from mnist_core import settings
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.jobs import worker
from mnist_core.store import Run, Store, new_worker_id
from tests.mnist_core.claimed_runs import CONFIG, claim, start, train, weights
from tests.processes import lose_worker, wait_until

PROJECT = Path(__file__).parents[3]
LONG = TrainingConfig(batch_size=1, epochs=200)


def assert_same(store: Store, run: Run, expected: Run) -> None:
    """The weights and the losses of two runs are equal, bit for bit."""
    assert weights(store, run) == weights(store, expected)
    np.testing.assert_array_equal(store.metrics.curve(run.id, "loss"), store.metrics.curve(expected.id, "loss"))


def train_and_leave(store: Store, run: Run, step: int) -> Run:
    """Train a run that was taken until its worker leaves after a step; return it as it is stored then."""
    leave = threading.Event()

    def leave_after(done: int, _steps: int) -> None:
        if done >= step:
            leave.set()

    worker.execute(store, settings.load(), run, leave_after, leave)
    return store.runs.get(run.id)


@pytest.mark.usefixtures("report_each_step")
@pytest.mark.parametrize("step", [1, 7, 10, 19])
def test_a_run_whose_worker_leaves_goes_on_in_another_as_if_nothing_had_been(step: int, store: Store) -> None:
    undisturbed = start(store)
    train(store, undisturbed)

    run = train_and_leave(store, start(store), step)
    assert (run.status, run.step, run.in_progress) == ("queued", step, True)
    assert not store.files.network_path(run.id).exists()

    train(store, claim(store, run.id))
    assert store.runs.get(run.id).status == "finished"
    assert_same(store, run, undisturbed)


@pytest.mark.usefixtures("report_each_step")
def test_a_run_that_a_person_stops_as_its_worker_leaves_is_stopped(store: Store) -> None:
    run = start(store)
    store.control.stop(run.id)

    assert train_and_leave(store, run, 1).status == "stopped"


def test_a_paused_run_whose_worker_leaves_waits_in_the_queue_and_is_paused_again(store: Store) -> None:
    run = start(store, LONG)
    number = run.id
    store.control.pause(number)
    leave = threading.Event()
    for _ in range(2):
        training = threading.Thread(target=worker.execute, args=(store, settings.load(), run, None, leave))
        training.start()
        wait_until(lambda: store.runs.get(number).state == "paused")
        leave.set()
        training.join()
        assert store.runs.get(number).state == "queued"
        leave.clear()
        run = claim(store, number)


@contextmanager
def serving(store: Store) -> Iterator[None]:
    """A worker that stays, until the end."""
    leave = threading.Event()
    thread = threading.Thread(target=worker.serve, args=(store, settings.load(), new_worker_id(), leave))
    thread.start()
    try:
        yield
    finally:
        leave.set()
        thread.join()


def test_it_takes_only_runs_whose_data_set_is_there(store: Store) -> None:
    elsewhere = store.runs.create(CONFIG, "Fashion-MNIST")
    here = store.runs.create(CONFIG, EMBEDDED)
    with serving(store):
        wait_until(lambda: store.runs.get(here.id).status == "finished")

    assert (store.runs.get(elsewhere.id).status, store.runs.get(elsewhere.id).attempt) == ("queued", 0)
    assert store.workers.count() == 0


def test_it_trains_the_run_of_a_worker_that_was_lost(store: Store) -> None:
    lost = start(store)
    lose_worker(store, lost.id)
    assert store.runs.get(lost.id).status == "interrupted"
    with serving(store):
        wait_until(lambda: store.runs.get(lost.id).status == "finished")

    assert store.runs.get(lost.id).worker != lost.worker


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl+C"])
def test_the_command_ends_on_a_signal_after_a_checkpoint_and_gives_its_run_back(
    number: signal.Signals, store: Store
) -> None:
    run = store.runs.create(LONG, EMBEDDED)
    command = [sys.executable, "-m", "mnist_core", "worker", "--stay"]
    process = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: store.runs.get(run.id).step > 0)
        os.kill(process.pid, number)
        _, errors = process.communicate()
    finally:
        process.kill()
    left = store.runs.get(run.id)

    assert (process.returncode, errors) == (0, "")
    assert left.state == "queued"
    resumed = train_and_leave(store, claim(store, run.id), 0)
    assert resumed.step >= left.step > 0
    assert [mark.event for mark in resumed.marks] == ["resumed"]
