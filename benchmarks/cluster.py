"""A sweep on a cluster of this machine alone, with one worker and with two: `python -m benchmarks.cluster`.

Starts PostgreSQL and a Ray head on 127.0.0.1, runs the same sweep on them with one worker and then with two, each with
one thread, and stops both again, also where something fails. Prints the seconds of each and their ratio; exits with an
error unless both sweeps end, with the same runs and weights. Two workers are faster only where two cores are idle.
"""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from safetensors.torch import load_file

from mnist_core import settings
from mnist_core.config import TrainingConfig, configure
from mnist_core.jobs.executor import Executor
from mnist_core.store import Store
from mnist_core.sweep import make_plan
from tests.postgresql import shared_server
from tests.ray_head import ENVIRONMENT, ray_head

RUNS, EPOCHS = 16, 20
SPACE = {"learning_rate": "0.003..0.1 log", "momentum": "0.5..0.95"}


def main() -> None:
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))  # through what stops the servers
    with tempfile.TemporaryDirectory() as folder, shared_server(Path(folder)) as postgresql, ray_head() as address:
        os.environ |= ENVIRONMENT | {
            "MNIST_RUNS_DIR": f"{folder}/runs",
            "MNIST_DATABASE_URL": postgresql.url("lab"),
            "MNIST_EXECUTOR": "ray",
            "MNIST_RAY_ADDRESS": address,
        }
        print(f"PostgreSQL on 127.0.0.1:{postgresql.port} and Ray on {address} are up", flush=True)
        one, two = train(1), train(2)
    print(f"two workers are {one[0] / two[0]:.2f} times as fast as one")
    if one[1] != two[1]:
        sys.exit("The sweeps ended with other runs or weights.")


def train(workers: int) -> tuple[float, list[tuple[TrainingConfig, dict[str, bytes]]]]:
    """Run the sweep on so many workers; return the seconds, and of each run its settings and weights."""
    where = settings.load().model_copy(update={"max_workers": workers})
    store = Store.open(where)
    executor = Executor(store, where)
    while store.workers.count() != workers:
        executor.keep_workers()
        if executor.trouble:
            sys.exit(executor.trouble)
        time.sleep(0.1)
    plan = make_plan(space=SPACE, method="random", runs=RUNS, early_stopping="none", at_once=2)
    start = time.perf_counter()
    sweep = executor.submit_sweep(plan, configure("tutorial", epochs=EPOCHS))
    while store.sweeps.get(sweep.id).status == "running":
        time.sleep(0.05)
    seconds = time.perf_counter() - start
    runs = store.sweeps.runs(sweep.id)
    if failed := [run.error for run in runs if run.status != "finished"]:
        sys.exit(f"{len(failed)} runs failed: {failed[0]}")
    print(f"{len(runs)} runs with {workers} at once: {seconds:.1f} s", flush=True)
    return seconds, [(run.config, _weights(store.files.network_path(run.id))) for run in runs]


def _weights(path: Path) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in load_file(path).items()}


if __name__ == "__main__":
    main()
