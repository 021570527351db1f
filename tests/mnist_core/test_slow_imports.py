"""SciPy is not loaded while another thread imports PyTorch: it would look into a PyTorch that is not there yet."""

import sys
from pathlib import Path

import pytest

from mnist_core import slow_imports

SLOW = """
from concurrent.futures import ThreadPoolExecutor
from mnist_core.slow_imports import one_at_a_time

with ThreadPoolExecutor(1) as other_thread:
    others_may_load = other_thread.submit(one_at_a_time.acquire, blocking=False).result()
"""


def test_while_a_module_is_loaded_no_other_thread_may_load_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slow_module.py").write_text(SLOW)
    monkeypatch.syspath_prepend(tmp_path)

    module = slow_imports.load("slow_module")

    del sys.modules["slow_module"]
    assert not module.others_may_load


def test_a_module_may_load_others_while_it_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slow_module.py").write_text("from mnist_core.slow_imports import load\nstats = load('scipy.stats')")
    monkeypatch.syspath_prepend(tmp_path)

    module = slow_imports.load("slow_module")

    del sys.modules["slow_module"]
    assert module.stats.__name__ == "scipy.stats"
