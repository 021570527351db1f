"""Nothing is lost: a run that was killed at any moment goes on to the very same weights and the very same metrics."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from typer.testing import CliRunner

from mnist_core import settings
from mnist_core.__main__ import app
from mnist_core.export import run_files
from mnist_core.store import Run, Store

MLP = ["--batch-size", "16", "--validation-share", "0.2", "--optimiser", "adam"]
CNN = ["--preset", "drawing", "--epochs", "3"]
SHORT_MLP = [*MLP, "--epochs", "3", "--train-size", "1000"]
SHORT_CNN = [
    *(*CNN, "--validation-share", "0.05", "--train-size", "160"),
    *("--synthetic-digits", "20", "--non-digits", "10", "--batch-size", "32"),
]
LONG_MLP = [*MLP, "--epochs", "5"]
LONG_CNN = [
    *(*CNN, "--validation-share", "0.2", "--train-size", "2000"),
    *("--synthetic-digits", "200", "--non-digits", "100"),
]
NAMES = ["linear layers", "convolutions and augmentation"]
PREPARE = """
import os, signal, sys, threading
from mnist_core.training import trainer
from mnist_core.__main__ import main

def die():
    os.kill(os.getpid(), signal.SIGKILL)

trainer.warm_up("cpu")
"""
# The command line, which kills itself in a step of the training, or so many seconds after it has started.
DIE_IN_STEP = f"""{PREPARE}
steps, to_inputs = list(range(int(sys.argv.pop(1)))), trainer.to_inputs

def mortal(*images_and_normalisation):
    if not steps:
        die()
    steps.pop()
    return to_inputs(*images_and_normalisation)

trainer.to_inputs = mortal
main()
"""
DIE_AFTER_SECONDS = f"""{PREPARE}
threading.Timer(float(sys.argv.pop(1)), die).start()
main()
"""


def command(*arguments: str) -> None:
    """Run a command of this package in this process."""
    assert CliRunner().invoke(app, arguments, catch_exceptions=False).exit_code == 0


def train(options: list[str]) -> tuple[Store, Run]:
    """A run in one go."""
    command("train", *options)
    store = Store(settings.load().runs_dir)
    return store, store.runs.all()[0]


def train_to_death(program: str, when: float, options: list[str]) -> bool:
    """Train in a process that kills itself; whether it did, rather than finish before."""
    died = subprocess.run([sys.executable, "-c", program, str(when), "train", *options], capture_output=True)
    return died.returncode == -signal.SIGKILL


def resume(store: Store) -> tuple[Store, Run]:
    """Resume the run that was killed last."""
    run = store.runs.all()[0]
    store.workers.report(run, {}, state="interrupted")  # as the server does when its worker has died
    command("resume", str(run.id))
    return store, store.runs.get(run.id)


def assert_equal(one: tuple[Store, Run], other: tuple[Store, Run]) -> None:
    (first_store, first), (second_store, second) = one, other
    assert (second.status, second.step, second.epoch) == ("finished", first.step, first.epoch)
    assert run_files.metrics_csv(first_store, first) == run_files.metrics_csv(second_store, second)
    steps, _ = second_store.metrics.curve(second.id, "loss")
    np.testing.assert_array_equal(steps, np.arange(1, second.steps + 1))
    weights, again = (load_file(store.files.network_path(run.id)) for store, run in (one, other))
    assert weights.keys() == again.keys()
    assert all(weights[name].tobytes() == again[name].tobytes() for name in weights)


@pytest.mark.parametrize("options", [SHORT_MLP, SHORT_CNN], ids=NAMES)
def test_a_run_killed_midway_ends_with_the_same_weights_and_metrics(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(options)
    monkeypatch.setenv("MNIST_RUNS_DIR", str(tmp_path))

    assert train_to_death(DIE_IN_STEP, int(0.6 * whole[1].steps), options)

    store = Store(tmp_path)
    assert store.runs.all()[0].in_progress
    assert_equal(whole, resume(store))


@pytest.mark.accept
@pytest.mark.parametrize("options", [LONG_MLP, LONG_CNN], ids=NAMES)
def test_killed_at_ten_random_moments_ten_runs_end_with_the_same_weights_and_metrics(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(options)
    monkeypatch.setenv("MNIST_RUNS_DIR", str(tmp_path))
    store, rng = Store(tmp_path), random.Random(7)

    for _ in range(10):
        seconds = rng.uniform(0, whole[1].seconds)
        while True:
            if not train_to_death(DIE_AFTER_SECONDS, seconds, options):
                seconds *= 0.8  # it had ended before
            elif store.runs.in_progress():
                break
            else:
                seconds += 0.1  # there was no run yet
        assert_equal(whole, resume(store))
