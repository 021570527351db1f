"""Runs on a cluster of this machine alone, with one worker and with two: `python -m benchmarks.cluster`.

Starts PostgreSQL and a Ray head on 127.0.0.1, trains the same runs on them with one worker and then with two, each with
one thread, and stops both again, also where something fails. Prints the seconds of each and their ratio; exits with an
error unless all runs end, with the same weights. Two workers are faster only where two cores are idle.
"""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from safetensors.torch import load_file

from mnist_core import settings
from mnist_core.config import configure
from mnist_core.jobs.executor import Executor
from mnist_core.store import Store
from tests.postgresql import shared_server
from tests.ray_head import ENVIRONMENT, ray_head

RUNS = 16
EPOCHS = 5


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
        sys.exit("The runs ended with other weights.")


def train(workers: int) -> tuple[float, list[dict[str, bytes]]]:
    """Train all runs on so many workers; return the seconds and the weights of each."""
    where = settings.load().model_copy(update={"max_workers": workers})
    store = Store.open(where)
    executor = Executor(store, where)
    while store.workers.count() < workers or store.runs.in_progress():
        executor.keep_workers()
        if executor.trouble:
            sys.exit(executor.trouble)
        time.sleep(0.1)
    start = time.perf_counter()
    numbers = [executor.submit(configure("tutorial", epochs=EPOCHS, seed=seed)).id for seed in range(1, RUNS + 1)]
    while store.runs.in_progress():
        time.sleep(0.05)
    seconds = time.perf_counter() - start
    ended = [store.runs.get(number) for number in numbers]
    if failed := [run.error for run in ended if run.status != "finished"]:
        sys.exit(f"{len(failed)} runs failed: {failed[0]}")
    print(f"{RUNS} runs with {workers} at once: {seconds:.1f} s", flush=True)
    paths = [store.files.network_path(number) for number in numbers]
    return seconds, [{name: t.numpy().tobytes() for name, t in load_file(path).items()} for path in paths]


if __name__ == "__main__":
    main()
