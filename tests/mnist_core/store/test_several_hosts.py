"""Many workers on several hosts share one database: no run is trained twice, and no clock is compared with another."""

import subprocess
import sys
import time

import pytest

from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Store
from mnist_core.store.schema import Control, Run
from tests.mnist_core.passing_time import pass_time

CONFIG = TrainingConfig(train_size=100)
HERE, THERE = "here:1:a", "there:1:a"
# Becomes eight workers, each of which prints a line with the ids of all the runs that it could claim.
CLAIM = """
import os
from mnist_core import settings
from mnist_core.store import Store, new_worker_id
others = 7
while others and os.fork():
    others -= 1
store, worker = Store.open(settings.load()), new_worker_id()
ids = [run.id for run in iter(lambda: store.workers.claim(worker), None)]
os.write(1, (" ".join(map(str, ids)) + "\\n").encode())
"""


def queue(store: Store, data_set: str = EMBEDDED) -> int:
    return store.runs.create(CONFIG, data_set, size=4_000).id


def test_a_thousand_runs_are_claimed_by_eight_processes_and_none_twice(store: Store) -> None:
    common = {"settings": CONFIG.model_dump(mode="json"), "data_set": EMBEDDED, "data_set_size": 4_000, "created": 0.0}
    with store.database.transaction() as session:
        session.add_all(Run(id=number, name=f"Run {number}", **common) for number in range(1, 1_001))
        session.flush()
        session.add_all(Control(run_id=number) for number in range(1, 1_001))

    lines = subprocess.run(
        [sys.executable, "-c", CLAIM], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.splitlines()

    claimed = [list(map(int, line.split())) for line in lines]
    assert len(claimed) == 8
    assert sorted(run_id for part in claimed for run_id in part) == list(range(1, 1_001))
    assert all(part == sorted(part) for part in claimed), "the oldest first"
    assert {run.attempt for run in store.runs.all()} == {1}


def test_only_runs_on_the_data_sets_of_a_host_are_claimed_there(store: Store) -> None:
    queue(store, "Others")
    own = queue(store)

    assert store.workers.claim(HERE, data_sets=[]) is None
    assert getattr(store.workers.claim(HERE, data_sets=[EMBEDDED, "MNIST"]), "id", None) == own
    assert store.workers.claim(HERE, data_sets=[EMBEDDED, "MNIST"]) is None


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_host_whose_clock_is_wrong_takes_no_live_run_for_lost(
    hours: int, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = queue(store)
    run = store.workers.claim(THERE)
    store.workers.announce(THERE, {"kind": "cpu"})
    assert run is not None

    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + hours * 3600)
    store.control.resume(run_id)

    found = store.runs.get(run_id)
    assert (found.status, found.attempt) == ("running", run.attempt)
    assert store.workers.device() == {"kind": "cpu"}
    assert store.workers.count_training("there") == 1
    store.workers.report(run, {})
    assert abs((store.runs.get(run_id).reported or 0) - real()) < 600

    pass_time(store, 6)
    assert store.runs.get(run_id).status == "interrupted"
    assert store.workers.device() is None


def test_cores_are_shared_with_the_runs_of_the_same_host_only(store: Store) -> None:
    for worker in (HERE, "here:2:b", THERE, "here_too:1:a"):
        queue(store)
        store.workers.claim(worker)

    assert [store.workers.count_training(host) for host in ("here", "there", "h_re", "nowhere")] == [2, 1, 0, 0]


def test_a_dead_worker_of_another_host_with_the_same_process_id_interrupts_no_run_of_this_one(store: Store) -> None:
    run_id = queue(store)
    store.workers.claim(HERE)

    store.workers.mark_dead(THERE, "It was killed.")

    assert store.runs.get(run_id).status == "running"
