"""Nothing is lost: a run that was killed at any moment goes on to the very same weights and the very same metrics."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from mnist_core import settings
from mnist_core.export import run_files
from mnist_core.store import Run, Store

MLP = ["--epochs", "5", "--batch-size", "16", "--validation-share", "0.2", "--optimiser", "adam"]
CNN = ["--preset", "drawing", "--epochs", "3", "--train-size", "2000", "--validation-share", "0.2"]
CNN += ["--synthetic-digits", "200", "--non-digits", "100"]
# The command line, which kills itself so many seconds after it has started to train.
MORTAL = """
import os, signal, sys, threading
from mnist_core.training import trainer
from mnist_core.__main__ import main
trainer.warm_up("cpu")
seconds = float(sys.argv.pop(1))
threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
main()
"""
BOTH_NETWORKS = pytest.mark.parametrize("options", [MLP, CNN], ids=["linear layers", "convolutions and augmentation"])
ON_COMMAND = [sys.executable, "-m", "mnist_core"]


def train(options: list[str]) -> tuple[Store, Run]:
    """A run in one go."""
    subprocess.run([*ON_COMMAND, "train", *options], check=True, capture_output=True)
    store = Store(settings.load().runs_dir)
    return store, store.runs.all()[0]


def train_killed(options: list[str], seconds: float) -> tuple[Store, Run]:
    """A run that is killed about so many seconds after its start, when it is in progress, and resumed."""
    store = Store(settings.load().runs_dir)
    while True:
        died = subprocess.run([sys.executable, "-c", MORTAL, str(seconds), "train", *options], capture_output=True)
        if died.returncode != -signal.SIGKILL:
            seconds *= 0.8  # it had ended before
        elif store.runs.in_progress():
            break
        else:
            seconds += 0.1  # there was no run yet
    run = store.runs.all()[0]
    with (
        store.runs._database.transaction() as session
    ):  # a person would wait for five seconds until the worker counts as gone
        session.merge(run).reported = 0.0
    subprocess.run([*ON_COMMAND, "resume", str(run.id)], check=True, stdout=subprocess.DEVNULL)
    return store, store.runs.get(run.id)


def assert_equal(one: tuple[Store, Run], other: tuple[Store, Run]) -> None:
    (first_store, first), (second_store, second) = one, other
    assert (second.status, second.step, second.epoch) == ("finished", first.step, first.epoch)
    assert run_files.metrics_csv(first_store, first) == run_files.metrics_csv(second_store, second)
    steps, _ = second_store.metrics.curve(second.id, "loss")
    np.testing.assert_array_equal(steps, np.arange(1, second.steps + 1))
    weights, again = (load_file(store.files.network(run.id)) for store, run in (one, other))
    assert weights.keys() == again.keys()
    assert all(weights[name].tobytes() == again[name].tobytes() for name in weights)


@BOTH_NETWORKS
def test_a_run_killed_midway_ends_with_the_same_weights_and_metrics(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(options)
    monkeypatch.setenv("MNIST_RUNS_DIR", str(tmp_path))

    assert_equal(whole, train_killed(options, 0.6 * whole[1].seconds))


@pytest.mark.accept
@BOTH_NETWORKS
def test_killed_at_ten_random_moments_ten_runs_end_with_the_same_weights_and_metrics(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(options)
    monkeypatch.setenv("MNIST_RUNS_DIR", str(tmp_path))
    chance = random.Random(7)

    for _ in range(10):
        assert_equal(whole, train_killed(options, chance.uniform(0, whole[1].seconds)))
