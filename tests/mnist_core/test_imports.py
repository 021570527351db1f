"""Pages and the command line start without waiting for torch, scipy or scikit-learn, and nothing needs streamlit."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
NEEDS_TORCH = {
    *("evaluation.classifier", "evaluation.corruptions", "evaluation.first_layer", "evaluation.rejection_thresholds"),
    *("evaluation.report", "evaluation.robustness", "evaluation.test_set"),
    *("export.html_report", "export.network_import", "export.onnx_file"),
    *("jobs.job", "jobs.worker", "knn.classifier", "knn.search", "knn.study"),
    *("training.augmentation", "training.capture", "training.checkpoint", "training.gradients"),
    *("training.half_batches", "training.networks", "training.optimisers", "training.threads", "training.trainer"),
    "training.views",
}
"""Modules that import torch at once; they are themselves imported where they are needed."""
MODULES = {
    ".".join(path.relative_to(PROJECT / "mnist_core").with_suffix("").parts).removesuffix(".__init__")
    for path in (PROJECT / "mnist_core").rglob("*.py")
    if path.parent != PROJECT / "mnist_core" or path.stem not in ("__init__", "__main__")
    if "migrations" not in path.parts  # run by Alembic, never imported
}
LIGHT = sorted(MODULES - NEEDS_TORCH)
SCRIPT = """
import importlib, json, sys
heavy = {"torch", "torchvision", "streamlit", "scipy", "sklearn", "optuna"}
loaded = {}
for name in sys.argv[1:]:
    before = heavy & set(sys.modules)
    importlib.import_module(f"mnist_core.{name}")
    loaded[name] = sorted(heavy & set(sys.modules) - before)
print(json.dumps(loaded))
"""


@pytest.fixture(scope="module")
def loaded() -> dict[str, list[str]]:
    """The heavy packages that each module loads, imported one after another, the light ones first."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *LIGHT, *sorted(NEEDS_TORCH)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("module", LIGHT)
def test_a_module_loads_no_heavy_package_unless_it_is_known_to_need_torch(
    module: str, loaded: dict[str, list[str]]
) -> None:
    assert loaded[module] == []


@pytest.mark.parametrize("module", sorted(NEEDS_TORCH))
def test_a_module_that_needs_torch_loads_no_other_heavy_package(module: str, loaded: dict[str, list[str]]) -> None:
    assert set(loaded[module]) <= {"torch"}


def test_the_modules_known_to_need_torch_exist() -> None:
    assert MODULES >= NEEDS_TORCH
