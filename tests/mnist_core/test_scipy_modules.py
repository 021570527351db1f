"""SciPy and PyTorch are not loaded at the same time: SciPy would look into a PyTorch that is not there yet."""

import sys
from types import ModuleType

import pytest

from mnist_core import scipy_modules


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is imported, in turn; an import waits for another thread that imports the same."""
    names: list[str] = []

    def note(name: str) -> ModuleType:
        names.append(name)
        return ModuleType(name)

    monkeypatch.setattr(scipy_modules, "import_module", note)
    return names


def test_scipy_waits_for_a_pytorch_that_is_being_imported(imported: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", ModuleType("torch"))

    assert scipy_modules.load("scipy.stats").__name__ == "scipy.stats"

    assert imported == ["torch", "scipy.stats"]


def test_scipy_does_not_import_pytorch(imported: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)

    scipy_modules.load("scipy.stats")

    assert imported == ["scipy.stats"]


def test_pytorch_waits_for_a_scipy_that_is_being_loaded(imported: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "scipy"]:
        monkeypatch.delitem(sys.modules, name)
    scipy_modules.wait_until_loaded()
    assert imported == []

    for name in ("scipy", "scipy.stats", "scipy.stats._distr"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    scipy_modules.wait_until_loaded()
    assert imported == ["scipy.stats"]
