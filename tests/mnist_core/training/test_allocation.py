"""Memory is kept from one training step to the next, unless the user says otherwise."""

import os
import platform
import subprocess
import sys

import pytest

PAGE_FAULTS_A_STEP = """
import resource, numpy as np
from mnist_core.config import TrainingConfig
from mnist_core.data import Digits
from mnist_core.training import networks, trainer

trainer.REPORT_SECONDS = 0.0
config = TrainingConfig(network="cnn", epochs=1)
digits = Digits(np.zeros((20 * 64, 28, 28), np.uint8), np.zeros(20 * 64, np.uint8))
events = trainer.Trainer(networks.build_network(config), config, digits, digits).run()
for _ in range(5):
    next(events)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    next(events)
print((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / 10)"""


def page_faults_a_step(**variables: str) -> float:
    unset = {name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_"))}
    command = [sys.executable, "-c", PAGE_FAULTS_A_STEP]
    return float(subprocess.run(command, env=unset | variables, capture_output=True, check=True, text=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only GNU's C library is told to keep memory")
@pytest.mark.parametrize(
    "chosen",
    [{"MALLOC_TRIM_THRESHOLD_": "131072"}, {"GLIBC_TUNABLES": "glibc.malloc.mmap_threshold=131072"}],
    ids=lambda chosen: ", ".join(chosen),
)
def test_a_step_finds_the_memory_of_the_one_before_unless_the_user_gives_it_back(chosen: dict[str, str]) -> None:
    assert page_faults_a_step() < page_faults_a_step(**chosen) / 5
