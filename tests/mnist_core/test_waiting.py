"""How long PyTorch's threads wait for each other before they let other programs use the core."""

import ast
import os
import subprocess
import sys

import pytest

OPENBLAS_THREADS = """import threadpoolctl, numpy, torch
print(torch.get_num_threads())
import mnist_core
print(torch.get_num_threads())
print(*{part["num_threads"] for part in threadpoolctl.threadpool_info() if part["internal_api"] == "openblas"})"""
PRODUCT = {"GOMP_SPINCOUNT": "3000", "KMP_BLOCKTIME": "0"}
VARIABLES = (*PRODUCT, "OMP_WAIT_POLICY")


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program with no other of the variables set."""
    inherited = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=inherited | environment, capture_output=True, text=True, check=True)


def kept(given: dict[str, str]) -> object:
    """The variables after `mnist_core` was imported, where these were set before."""
    program = f"import os, mnist_core; print({{name: os.environ[name] for name in {VARIABLES} if name in os.environ}})"
    return ast.literal_eval(run(program, **given).stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="PyTorch uses GNU's OpenMP on Linux only")
def test_threads_spin_for_a_short_while_only() -> None:
    assert "GOMP_SPINCOUNT = '3000'" in run("import mnist_core, torch", OMP_DISPLAY_ENV="verbose").stderr


def test_where_nothing_is_set_threads_spin_briefly_or_not_at_all() -> None:
    assert kept({}) == PRODUCT


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"GOMP_SPINCOUNT": "77"}, PRODUCT | {"GOMP_SPINCOUNT": "77"}),
        ({"KMP_BLOCKTIME": "200"}, PRODUCT | {"KMP_BLOCKTIME": "200"}),
        ({"OMP_WAIT_POLICY": "ACTIVE"}, {"OMP_WAIT_POLICY": "ACTIVE"}),
    ],
)
def test_what_a_person_has_set_is_kept(given: dict[str, str], expected: dict[str, str]) -> None:
    assert kept(given) == expected


@pytest.mark.skipif(sys.platform == "darwin", reason="NumPy uses Apple's library there")
def test_numpy_computes_in_one_thread_and_pytorch_as_before() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    command = [sys.executable, "-c", OPENBLAS_THREADS]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()
    assert said == [said[0], said[0], "1"]
