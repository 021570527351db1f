"""Pages import these modules at every start and must not wait seconds for torch; none of them needs streamlit."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
LIGHT = [
    *(
        "settings",
        "device",
        "formatting",
        "data",
        "data.synthetic",
        "config",
        "drawing",
        "drawing.stroke_measures",
        "knn.blocks",
    ),
    *("training.schedule", "store", "evaluation.repeats", "evaluation.saliency", "jobs.executor", "jobs.coach"),
    *("export.run_files", "export.digits_archive", "figures", "cli"),
]
SCRIPT = """
import importlib, json, sys
loaded = {}
for name in sys.argv[1:]:
    importlib.import_module(f"mnist_core.{name}")
    loaded[name] = [heavy for heavy in ("torch", "torchvision", "streamlit") if heavy in sys.modules]
print(json.dumps(loaded))
"""


@pytest.fixture(scope="module")
def loaded() -> dict[str, list[str]]:
    """Which heavy packages were loaded after each of the light modules, imported one after another."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *LIGHT], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("module", LIGHT)
def test_a_module_that_pages_need_at_once_loads_neither_torch_nor_streamlit(
    module: str, loaded: dict[str, list[str]]
) -> None:
    assert loaded[module] == []
