"""Modules of SciPy, loaded where they are needed, which takes up to a second, and never while PyTorch is being loaded.

SciPy asks whether its arguments are tensors, while it loads, too. Where another thread is importing PyTorch, as on a
server that has just started, there is a module `torch` without tensors, and SciPy fails.
"""

import sys
from importlib import import_module
from types import ModuleType


def load(name: str) -> ModuleType:
    """The module with that name, such as `scipy.stats`; it waits where another thread is importing PyTorch."""
    if "torch" in sys.modules:
        import_module("torch")
    return import_module(name)


def wait_until_loaded() -> None:
    """Before PyTorch is imported: wait where another thread is loading one of these modules."""
    for name in [name for name in list(sys.modules) if name.startswith("scipy.") and name.count(".") == 1]:
        import_module(name)
