"""How fast networks train alone and beside four busy processes, by how long threads spin while they wait.

`python -m benchmarks.waiting [NAME=value ...]` trains presets for some seconds each, in processes of their own and in
turn: as the product does, as OpenMP does where nothing is set, and with variables such as `GOMP_SPINCOUNT=300`. Prints
images per second, and beside the busy processes also the ratio to the share of the cores that is left. Asserts nothing.

On Linux, `LD_PRELOAD=libiomp5.so` (of the package intel-openmp) or `LD_PRELOAD=libomp.so.5` before it measures Intel's
or LLVM's OpenMP in place of GNU's.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

ROUNDS, SECONDS, BUSY = 5, 4.0, 4
PRESETS = ("accurate", "tutorial")
PRODUCT, DEFAULT = "product", "GOMP_SPINCOUNT=300000 KMP_BLOCKTIME=200"
"""What `mnist_core` sets; and what OpenMP does where nothing is set: GNU's, and Intel's and LLVM's."""


def train(preset: str) -> float:
    """Images per second of a preset, in this process."""
    from mnist_core import data, settings
    from mnist_core.config import configure
    from mnist_core.training import networks, trainer

    config = configure(preset, epochs=200)
    digits = data.load(settings.load()).train
    training = trainer.Trainer(networks.build_network(config), config, digits, digits.take(np.arange(0)))
    events = training.run()
    next(events)  # the first steps allocate and choose algorithms
    images, started = training.images_seen, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        next(events)
    return (training.images_seen - images) / (time.perf_counter() - started)


def speed(preset: str, wait: str) -> float:
    variables = {} if wait == PRODUCT else dict(variable.split("=", 1) for variable in wait.split())
    environment = os.environ | variables
    command = [sys.executable, "-m", "benchmarks.waiting", "train", preset]
    return float(subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout)


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Other processes that never wait."""
    started = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def main(waits: list[str]) -> None:
    cores = os.cpu_count() or 1
    share = cores / (cores + BUSY)
    for preset in PRESETS:
        alone, beside = ({wait: list[float]() for wait in waits} for _ in range(2))
        for _ in range(ROUNDS):
            for wait in waits:
                alone[wait].append(speed(preset, wait))
            with busy(BUSY):
                for wait in waits:
                    beside[wait].append(speed(preset, wait))
        reference = statistics.median(alone[DEFAULT])
        for wait in waits:
            quiet, shared = statistics.median(alone[wait]), statistics.median(beside[wait])
            print(
                f"{preset}, {wait}: alone {quiet:,.0f} images/s, {quiet / reference:.2f} of the default; "
                f"beside {BUSY} busy processes {shared:,.0f}, {shared / (share * quiet):.2f} of its share"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["train"]:
        print(train(sys.argv[2]))
    else:
        main([PRODUCT, DEFAULT, *sys.argv[1:]])
