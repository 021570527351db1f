"""How fast networks train alone and beside four busy processes, by how long threads spin while they wait.

`python -m benchmarks.waiting [spins ...]` trains presets for some seconds each, in processes of their own and in turn:
as the product does, with PyTorch's default, and with other numbers of spins. Prints images per second, and beside the
busy processes also the ratio to the share of the cores that is left. Asserts nothing.
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
PRODUCT, DEFAULT = "product", "300000"
"""What `mnist_core` sets; and the number of spins of GNU's OpenMP where nothing is set."""


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


def speed(preset: str, spins: str) -> float:
    environment = dict(os.environ) if spins == PRODUCT else os.environ | {"GOMP_SPINCOUNT": spins}
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
        alone, beside = ({spins: list[float]() for spins in waits} for _ in range(2))
        for _ in range(ROUNDS):
            for spins in waits:
                alone[spins].append(speed(preset, spins))
            with busy(BUSY):
                for spins in waits:
                    beside[spins].append(speed(preset, spins))
        reference = statistics.median(alone[DEFAULT])
        for spins in waits:
            quiet, shared = statistics.median(alone[spins]), statistics.median(beside[spins])
            print(
                f"{preset}, {spins}: alone {quiet:,.0f} images/s, {quiet / reference:.2f} of the default; "
                f"beside {BUSY} busy processes {shared:,.0f}, {shared / (share * quiet):.2f} of its share"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["train"]:
        print(train(sys.argv[2]))
    else:
        main([PRODUCT, DEFAULT, *sys.argv[1:]])
