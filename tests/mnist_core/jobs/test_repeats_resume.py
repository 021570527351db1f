"""A learning curve whose server and worker are killed goes on where it stopped; what had finished stays as it is."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnist_core import DigitLabError, settings
from mnist_core.config import TrainingConfig
from mnist_core.evaluation import repeats
from mnist_core.jobs.executor import Executor
from mnist_core.store import Run, Store
from tests.processes import is_alive, killed_at_the_end, started_workers, wait_until, worker_pids

PROJECT = Path(__file__).parents[3]
# 100, 300, 1,000, 3,000 and 3,600 steps an epoch.
CURVE = TrainingConfig(hidden_sizes=(16,), epochs=2, batch_size=1, seed=1)
KILLED = 3
"""The run, counted from 0, in whose middle all is killed."""
SERVER = f"""
import sys
from mnist_core import settings
from mnist_core.config import TrainingConfig
from mnist_core.jobs.executor import Executor
from mnist_core.store import Store
where = settings.load()
config = TrainingConfig.model_validate_json('{CURVE.model_dump_json()}')
executor = Executor(Store(where.runs_dir), where)
executor.submit_repeats("learning curve", config, 1, "mine")
sys.stdin.read()
"""


def kill_all(store: Store, server: subprocess.Popen[bytes]) -> None:
    """Kill a server and its workers, and wait until they are gone."""
    server.kill()
    server.communicate()
    workers = worker_pids(store)
    for pid in filter(is_alive, workers):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, workers)))


@pytest.fixture
def executor(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Executor]:
    """What a new server has; its workers end with the test."""
    with killed_at_the_end(monkeypatch):
        yield Executor(store, settings.load())


def fingerprint(store: Store, run: Run) -> tuple[str, int]:
    path = store.files.network_path(run.id)
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns


def test_a_killed_learning_curve_goes_on_where_it_stopped(store: Store, executor: Executor) -> None:
    def runs() -> list[Run]:
        return store.repeats.runs(store.repeats.all("learning curve")[0].id)

    server = subprocess.Popen([sys.executable, "-c", SERVER], stdin=subprocess.PIPE, cwd=PROJECT)
    try:
        # In its second epoch, so that there is a checkpoint to go on from.
        wait_until(lambda: bool(store.repeats.all()) and runs()[KILLED].step > 3_000)
    finally:
        kill_all(store, server)
    before = runs()
    assert [run.state for run in before] == ["finished"] * KILLED + ["running", "queued"]
    finished = [fingerprint(store, run) for run in before[:KILLED]]
    assert 0 < repeats.progress(before) < 1

    executor.keep_workers()
    wait_until(lambda: runs()[-1].status == "finished")  # what was queued needs no person
    wait_until(lambda: runs()[KILLED].status == "interrupted")
    store.repeats.resume(before[0].repeats_id or 0)
    executor.keep_workers()
    wait_until(lambda: runs()[KILLED].status == "finished")

    after = runs()
    assert [run.status for run in after] == ["finished"] * 5
    assert [run.attempt for run in after] == [1, 1, 1, 3, 1]  # resuming counts as one, so that no lost worker reports
    assert [fingerprint(store, run) for run in after[:KILLED]] == finished
    (resumed,) = after[KILLED].marks
    assert (resumed.event, resumed.step >= 3_000) == ("resumed", True)
    assert repeats.progress(after) == 1
    points = repeats.learning_curve(after)
    assert [point.training_images for point in points] == [100, 300, 1_000, 3_000, 3_600]
    assert points[-1].validation.mean > points[0].validation.mean


def test_repeats_that_cannot_be_trained_is_one_sentence_and_no_run(store: Store, executor: Executor) -> None:
    with pytest.raises(DigitLabError, match="only 2,000 images are left to train on"):
        executor.submit_repeats("seed variance", TrainingConfig(train_size=3_000, validation_share=0.5), 2)

    assert (store.runs.all(), store.repeats.all(), started_workers()) == ([], [], set())
