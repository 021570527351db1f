"""On a real Ray cluster runs go on whatever is killed, and end as if nothing had been."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mnist_core import settings
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.jobs.executor import Executor
from mnist_core.store import Run, Store
from tests.mnist_core import small_sweeps
from tests.mnist_core.claimed_runs import train, weights
from tests.processes import is_alive, wait_until
from tests.ray_head import ENVIRONMENT, ray_head

pytestmark = pytest.mark.ray

PROJECT = Path(__file__).parents[3]
CONFIG = TrainingConfig(hidden_sizes=(16,), batch_size=10, train_size=1_000, validation_share=0.1, epochs=40, seed=2)
SERVER = """
import sys
from mnist_core import settings
from mnist_core.jobs.executor import Executor
from mnist_core.store import Store
where = settings.load()
executor = Executor(Store.open(where), where)
executor.keep_workers()
print("started", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def runs_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cluster") / "runs"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ray_head() as address:
        yield address


@pytest.fixture(autouse=True)
def on_ray(address: str, runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The runs of all tests here are trained by the same workers on the cluster."""
    variables = {"MNIST_EXECUTOR": "ray", "MNIST_RAY_ADDRESS": address, "MNIST_RUNS_DIR": str(runs_dir)}
    for name, value in (ENVIRONMENT | variables).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def store() -> Store:
    return Store.open(settings.load())


def pid_of(worker_id: str | None) -> int:
    """The process of a worker, which runs on this host."""
    assert worker_id is not None
    return int(worker_id.split(":")[1])


def undisturbed(store: Store, config: TrainingConfig) -> Run:
    """The run of a worker in this process that nobody kills."""
    run = store.runs.create(config, EMBEDDED, "undisturbed", "running")
    train(store, run)
    return store.runs.get(run.id)


def assert_same(store: Store, run_id: int, expected: Run) -> None:
    """The weights and the curves of two runs are equal, bit for bit."""
    run = store.runs.get(run_id)
    assert (run.status, run.step) == ("finished", expected.step)
    assert weights(store, run) == weights(store, expected)
    for curve in ("loss", "training_accuracy", "validation_accuracy"):
        np.testing.assert_array_equal(store.metrics.curve(run.id, curve), store.metrics.curve(expected.id, curve))


def run_command(*arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command of the package, after some lines of Python that make something different."""
    program = f"{before}\nimport sys\nfrom mnist_core.__main__ import main\nsys.argv = ['', *{arguments}]\nmain()"
    return subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False)


def test_a_run_goes_on_in_another_worker_when_its_own_is_killed_and_ends_as_if_nothing_had_been(store: Store) -> None:
    where = settings.load()
    expected = undisturbed(store, CONFIG)
    run = Executor(store, where).submit(CONFIG, "mine")
    wait_until(lambda: store.runs.get(run.id).epoch > 0)
    killed = store.runs.get(run.id).worker

    os.kill(pid_of(killed), signal.SIGKILL)
    wait_until(lambda: store.runs.get(run.id).status == "finished")

    assert store.runs.get(run.id).worker != killed
    assert "resumed" in [mark.event for mark in store.runs.get(run.id).marks]
    assert_same(store, run.id, expected)


def test_runs_go_on_while_the_server_is_killed_and_another_one_finds_their_workers(store: Store) -> None:
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdin=subprocess.PIPE, cwd=PROJECT)
    try:
        run = store.runs.create(CONFIG, EMBEDDED, "mine")
        wait_until(lambda: store.runs.get(run.id).epoch > 0)
        worker = store.runs.get(run.id).worker
    finally:
        server.kill()
        server.communicate()
    epoch = store.runs.get(run.id).epoch
    wait_until(lambda: store.runs.get(run.id).epoch > epoch)

    following = Executor(store, settings.load()).submit(CONFIG, "later")
    wait_until(lambda: store.runs.get(following.id).status == "finished")
    assert [store.runs.get(number).worker for number in (run.id, following.id)] == [worker, worker]
    assert [mark.event for mark in store.runs.get(run.id).marks] == []


def test_a_sweep_goes_on_while_the_server_is_killed_and_needs_no_other_one(store: Store) -> None:
    config = small_sweeps.CONFIG.model_copy(update={"epochs": 20})
    sweep = small_sweeps.start(store, small_sweeps.plan(runs=4, method="random", early_stopping="none"), config)
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdin=subprocess.PIPE, cwd=PROJECT)
    try:
        wait_until(lambda: any(run.epoch > 0 for run in store.sweeps.runs(sweep.id)))
    finally:
        server.kill()
        server.communicate()
    assert store.sweeps.get(sweep.id).status == "running"

    wait_until(lambda: store.sweeps.get(sweep.id).status == "finished")

    runs = store.sweeps.runs(sweep.id)
    assert ([run.status for run in runs], {run.attempt for run in runs}) == (["finished"] * (4 + 9), {1})


def test_workers_that_are_to_end_leave_their_run_in_the_queue_and_later_ones_finish_it(store: Store) -> None:
    expected = undisturbed(store, CONFIG)
    run = Executor(store, settings.load()).submit(CONFIG, "mine")
    wait_until(lambda: store.runs.get(run.id).epoch > 0)

    stopped = run_command("ray-workers", "--stop")
    assert stopped.returncode == 0, stopped.stderr
    left = store.runs.get(run.id)
    assert (left.state, left.losses, store.workers.count()) == ("queued", 0, 0)
    wait_until(lambda: not is_alive(pid_of(left.worker)))

    Executor(store, settings.load()).keep_workers()
    wait_until(lambda: store.runs.get(run.id).status == "finished")
    assert_same(store, run.id, expected)


@pytest.mark.parametrize(
    ("variables", "before", "sentence"),
    [
        ({}, "import sys; sys.modules['ray'] = None", "Ray is not installed here; install requirements-cluster.txt"),
        ({"MNIST_RAY_ADDRESS": "127.0.0.1:9"}, "", "No Ray head answers at 127.0.0.1:9; start one with"),
        ({"MNIST_RAY_ADDRESS": "head"}, "", "it should be a host and a port, as in 127.0.0.1:6379."),
        ({"RAY_AUTH_TOKEN": "wrong"}, "", "refuses the token; set RAY_AUTH_TOKEN to the one that the head has."),
        ({}, "import ray; ray.__version__ = '2.1.0'", "but here is Ray 2.1.0 on Python"),
        ({"MNIST_WORKER_GPUS": "1"}, "", "no place for a worker with 1 CPUs and 1 GPUs yet; add a node"),
    ],
    ids=["not installed", "no head", "no address", "wrong token", "other version", "no GPU"],
)
def test_a_cluster_that_cannot_be_used_is_one_sentence(
    variables: dict[str, str], before: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    before = f"from mnist_core.jobs import ray_cluster; ray_cluster.PLACE_SECONDS = 0.5; {before}"

    ended = run_command("ray-workers", before=before)

    assert ended.returncode == 1
    assert sentence in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr


def test_the_server_says_why_there_are_no_workers_and_keeps_the_run(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_RAY_ADDRESS", "127.0.0.1:9")
    executor = Executor(store, settings.load())

    run = executor.submit(CONFIG, "mine")

    def trouble() -> str:
        executor.keep_workers()
        return executor.trouble

    wait_until(lambda: trouble() != "")
    assert trouble().startswith("No Ray head answers at 127.0.0.1:9;")
    assert store.runs.get(run.id).status == "queued"
    store.runs.delete(run.id)
