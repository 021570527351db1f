"""Real workers: two of them try the same settings as one, and end with the same weights; what cannot be is refused."""

from collections.abc import Iterator
from typing import Any

import pytest

from mnist_core import DigitLabError, settings
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.jobs import job
from mnist_core.jobs.executor import Executor
from mnist_core.store import Store
from tests.mnist_core import small_sweeps
from tests.processes import killed_at_the_end, started_workers, wait_until


@pytest.fixture
def two_workers(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Executor]:
    with killed_at_the_end(monkeypatch):
        yield Executor(store, settings.load().model_copy(update={"max_workers": 2}))


def test_two_workers_try_the_same_as_one_and_end_with_the_same_weights(store: Store, two_workers: Executor) -> None:
    # For TPE to have something to go by.
    plan = small_sweeps.plan(runs=14, at_once=2, method="tpe")

    alone = small_sweeps.start(store, plan)
    small_sweeps.train_all(store, alone)
    shared = two_workers.submit_sweep(plan, small_sweeps.CONFIG, "Mine", EMBEDDED)
    wait_until(lambda: store.sweeps.get(shared.id).status == "finished")

    assert shared.name == "Mine"
    assert len({run.worker for run in store.sweeps.runs(shared.id)}) == 2
    assert small_sweeps.outcomes(store, shared) == small_sweeps.outcomes(store, alone)


@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_a_run_of_a_sweep_has_its_share_of_the_cores_whatever_trains_beside_it(
    network: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []
    monkeypatch.setattr(job.torch, "get_num_threads", lambda: 8)
    monkeypatch.setattr(job.torch, "set_num_threads", threads.append)
    monkeypatch.setattr(job.Job, "run", lambda self: None)
    config = small_sweeps.CONFIG.model_copy(update={"network": network})
    small_sweeps.start(store, small_sweeps.plan(at_once=3), config)
    for _ in range(4):
        store.runs.create(config, EMBEDDED, state="running")
    run = small_sweeps.take_next(store)
    assert run is not None
    small_sweeps.train(store, run)

    assert threads == [8 // 3, 8], "its share, and at its end as before"


@pytest.mark.parametrize(
    ("config", "changes", "words"),
    [
        ({"train_size": 3_900}, {}, "only 3,600 images are left to train on"),
        ({}, {"space": {"train_size": "100,5000"}}, "only 3,600 images are left to train on"),
    ],
)
def test_what_cannot_be_trained_is_one_sentence_and_no_sweep(
    config: dict[str, Any], changes: dict[str, Any], words: str, store: Store, two_workers: Executor
) -> None:
    with pytest.raises(DigitLabError, match=words):
        two_workers.submit_sweep(small_sweeps.plan(**changes), TrainingConfig(**config))

    assert (store.runs.all(), store.sweeps.all(), started_workers()) == ([], [], set())
