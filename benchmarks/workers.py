"""Two runs that train at once beside one alone, on the same cores: `python -m benchmarks.workers`.

Runs are queued for two warm workers, as from the page, and share out the cores; in turn, a preset at a time. Prints the
images per second of each, as its worker stored them, and the ratio of their sum to one alone. Needs the full MNIST in
the folder that MNIST_DATA_DIR names. Asserts nothing.
"""

import os
import statistics
import sys
import tempfile
import time

from mnist_core import data, settings
from mnist_core.config import TrainingConfig, configure
from mnist_core.jobs.executor import Executor
from mnist_core.store import Store

ROUNDS = 5
CONFIGS = {"tutorial": configure("tutorial", epochs=6), "accurate": configure("accurate", epochs=1, train_size=30_000)}


def train(store: Store, executor: Executor, config: TrainingConfig, runs: int) -> list[float]:
    """Images per second of so many runs that are queued at the same time."""
    numbers = [executor.submit(config).id for _ in range(runs)]
    while store.runs.in_progress():
        time.sleep(0.02)
    return [store.runs.get(number).images_per_second for number in numbers]


def main() -> None:
    os.environ["MNIST_MAX_WORKERS"] = "2"
    if data.load(settings.load()).name != data.FULL:
        sys.exit("Set MNIST_DATA_DIR to the folder of the full MNIST.")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MNIST_RUNS_DIR"] = folder
        store = Store(settings.load().runs_dir)
        executor = Executor(store, settings.load())
        for name, config in CONFIGS.items():
            train(store, executor, config, 2)  # the workers start and load what they load late
            ratios = []
            for number in range(1, ROUNDS + 1):
                (alone,), both = train(store, executor, config, 1), train(store, executor, config, 2)
                ratios.append(sum(both) / alone)
                speeds = " and ".join(f"{speed:,.0f}" for speed in both)
                print(f"{name}, round {number}: alone {alone:,.0f}, at once {speeds}, sum {ratios[-1]:.2f} of alone")
            print(f"{name}: median {statistics.median(ratios):.2f} of alone")


if __name__ == "__main__":
    main()
