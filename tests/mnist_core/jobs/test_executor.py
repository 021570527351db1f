"""Real worker processes: they train what is submitted, in order, and end or are replaced when something dies."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mnist_core import DigitLabError, settings
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.jobs.executor import Executor
from mnist_core.store import Status, Store
from mnist_core.training import networks
from tests.processes import is_alive, killed_at_the_end, started_workers, wait_until, worker_pids

PROJECT = Path(__file__).parents[3]
SHORT = TrainingConfig(hidden_sizes=(16,), epochs=1)
LONG = TrainingConfig(batch_size=1, epochs=200)
SERVER = """
import sys
from mnist_core import settings
from mnist_core.jobs.executor import Executor
from mnist_core.store import Store
where = settings.load()
executor = Executor(Store(where.runs_dir), where)
executor.keep_workers()
sys.stdin.read()
"""


@pytest.fixture
def start(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Executor]]:
    """Make an executor, with settings changed; its processes end with the test."""
    with killed_at_the_end(monkeypatch):
        yield lambda **changes: Executor(store, settings.load().model_copy(update=changes))


def test_a_worker_that_ends_at_once_is_started_again_at_the_next_look_only(
    start: Callable[..., Executor], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program, starts = tmp_path / "python", tmp_path / "starts"
    program.write_text(f"#!/bin/sh\necho started >> '{starts}'\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr("mnist_core.jobs.local_workers.SHORT_LIFE_SECONDS", 60.0)
    before = set(threading.enumerate())
    executor = start()
    executor.keep_workers()

    for watch in set(threading.enumerate()) - before:
        watch.join(60)
    assert len(starts.read_text().splitlines()) == 1
    executor.keep_workers()
    wait_until(lambda: len(starts.read_text().splitlines()) == 2)


def test_more_training_images_than_there_are_is_one_sentence_and_no_run(
    store: Store, start: Callable[..., Executor]
) -> None:
    with pytest.raises(DigitLabError, match="only 2,000 images are left to train on"):
        start().submit(TrainingConfig(train_size=3_000, validation_share=0.5))

    assert not store.runs.all()


def test_one_worker_process_finishes_what_is_submitted_in_order_and_never_two_at_once(
    store: Store, start: Callable[..., Executor]
) -> None:
    executor = start(max_workers=1)
    first, second = (executor.submit(SHORT, "mine").id for _ in range(2))
    seen: list[tuple[Status, Status]] = []

    def both_finished() -> bool:
        newest, oldest = store.runs.all()
        seen.append((oldest.status, newest.status))
        return seen[-1] == ("finished", "finished")

    wait_until(both_finished)

    assert ("running", "running") not in seen
    assert all(newest == "queued" for oldest, newest in seen if oldest in ("queued", "running"))
    assert (store.runs.get(second).started or 0) >= (store.runs.get(first).reported or 0)
    for finished in store.runs.all():
        assert (finished.name, finished.data_set, finished.step) == ("mine", EMBEDDED, 63)
        assert len(store.metrics.curve(finished.id, "loss")[0]) == 63
        assert networks.load_network(store.files.network_path(finished.id))[1] == SHORT
    assert len(started_workers()) == 1
    assert worker_pids(store) == started_workers()
    # A worker that starves on a busy machine announces itself later.
    wait_until(lambda: (store.workers.device() or {}).get("kind") == finished.device)


def test_as_many_workers_run_as_runs_can_use_up_to_the_limit(store: Store, start: Callable[..., Executor]) -> None:
    executor = start(max_workers=2)

    executor.keep_workers()
    executor.keep_workers()
    assert len(started_workers()) == 1  # one is kept warm

    for _ in range(3):
        store.runs.create(SHORT, EMBEDDED)
    executor.keep_workers()
    assert len(started_workers()) == 2


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "training"])
def test_a_worker_ends_when_its_server_is_killed(busy: bool, store: Store) -> None:
    if busy:
        run = store.runs.create(LONG, EMBEDDED)
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdin=subprocess.PIPE, cwd=PROJECT)
    try:
        wait_until(lambda: len(worker_pids(store)) == 1 and (not busy or store.runs.get(run.id).step > 0))
        (pid,) = worker_pids(store)
        assert is_alive(pid)
        server.send_signal(signal.SIGKILL)
        wait_until(lambda: not is_alive(pid))
    finally:
        server.kill()
        server.communicate()
        for left in filter(is_alive, worker_pids(store)):
            os.kill(left, signal.SIGKILL)


def test_a_killed_worker_leaves_a_run_that_says_so_at_once_and_is_replaced_by_itself(
    store: Store, start: Callable[..., Executor]
) -> None:
    executor = start()
    run = executor.submit(LONG)
    wait_until(lambda: store.runs.get(run.id).step > 0)
    (killed,) = started_workers()

    os.kill(killed, signal.SIGKILL)
    # Which is stored, and not only concluded from its silence.
    wait_until(lambda: store.runs.get(run.id).state == "interrupted")
    assert store.runs.get(run.id).error == "The worker was killed, perhaps because the memory was full."
    wait_until(lambda: killed not in worker_pids(store) and len(worker_pids(store)) == 1)

    assert worker_pids(store) == started_workers()
    assert store.runs.get(run.id).status == "interrupted"
    following = executor.submit(SHORT)
    wait_until(lambda: store.runs.get(following.id).status == "finished")


def test_a_download_that_fails_says_why_in_one_sentence(start: Callable[..., Executor]) -> None:
    executor = start(data_dir=Path("/proc/nowhere"))
    assert executor.downloads.error() is None

    executor.download("MNIST")
    wait_until(lambda: not executor.downloads.is_running())

    assert (executor.downloads.error() or "").startswith("MNIST could not be downloaded, as it cannot be stored in ")
