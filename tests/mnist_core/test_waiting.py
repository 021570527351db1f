"""How long PyTorch's threads wait for each other before they let other programs use the core."""

import os
import subprocess
import sys
from collections.abc import Mapping

import pytest

OPENBLAS_THREADS = """import threadpoolctl, numpy, torch
print(torch.get_num_threads())
import mnist_core
print(torch.get_num_threads())
print(*{part["num_threads"] for part in threadpoolctl.threadpool_info() if part["internal_api"] == "openblas"})"""
LOAD = "import mnist_core, torch"
VARIABLES = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")


def read_by_openmp(environment: Mapping[str, str]) -> dict[str, str]:
    """What GNU's OpenMP prints when PyTorch is imported after `mnist_core`."""
    inherited = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    command = [sys.executable, "-c", LOAD]
    said = subprocess.run(
        command,
        env={**inherited, "OMP_DISPLAY_ENV": "verbose", **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    lines = (line.split("=") for line in said.splitlines() if "=" in line)
    return {name.strip(): value.strip().strip("'") for name, value, *_ in lines}


@pytest.mark.skipif(sys.platform != "linux", reason="PyTorch uses GNU's OpenMP on Linux only")
def test_threads_spin_for_a_short_while_only() -> None:
    assert read_by_openmp({})["GOMP_SPINCOUNT"] == "3000"


@pytest.mark.skipif(sys.platform != "linux", reason="PyTorch uses GNU's OpenMP on Linux only")
@pytest.mark.parametrize("name", VARIABLES)
def test_what_a_person_has_set_is_kept(name: str) -> None:
    value = {"GOMP_SPINCOUNT": "77", "OMP_WAIT_POLICY": "ACTIVE"}[name]
    said = read_by_openmp({name: value})
    assert said[name] == value
    assert said["GOMP_SPINCOUNT"] != "3000"


@pytest.mark.skipif(sys.platform == "darwin", reason="NumPy uses Apple's library there")
def test_numpy_computes_in_one_thread_and_pytorch_as_before() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    command = [sys.executable, "-c", OPENBLAS_THREADS]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()
    assert said == [said[0], said[0], "1"]
