"""A run that reports to PostgreSQL beside one that reports to SQLite: `python -m benchmarks.databases`.

A worker of each trains the same settings in turn, on the same machine, whose PostgreSQL keeps its default settings:
what was committed survives a power cut, as in SQLite. Prints the images per second of each, as its worker stored them,
and their ratio. Needs the full MNIST in the folder that MNIST_DATA_DIR names. Asserts nothing.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.workers import train
from mnist_core import data, settings
from mnist_core.config import configure
from mnist_core.jobs.executor import Executor
from mnist_core.store import Store
from tests.postgresql import shared_server

ROUNDS = 3
CONFIG = configure("tutorial", epochs=6)


def main() -> None:
    where = settings.load()
    if data.load(where).name != data.FULL:
        sys.exit("Set MNIST_DATA_DIR to the folder of the full MNIST.")
    with tempfile.TemporaryDirectory() as folder, shared_server(Path(folder), "fsync=on") as server:
        executors = []
        for name, url in (("SQLite", ""), ("PostgreSQL", server.url("lab"))):
            named = where.model_copy(update={"runs_dir": Path(folder, name), "database_url": url})
            store = Store.open(named)
            executors.append((store, Executor(store, named)))
        for store, executor in executors:
            train(store, executor, CONFIG, 1)  # the workers start and load what they load late
        ratios = []
        for number in range(1, ROUNDS + 1):
            speeds = [train(store, executor, CONFIG, 1)[0] for store, executor in executors]
            ratios.append(speeds[1] / speeds[0])
            print(f"round {number}: SQLite {speeds[0]:,.0f}, PostgreSQL {speeds[1]:,.0f}, ratio {ratios[-1]:.2f}")
        print(f"median: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
