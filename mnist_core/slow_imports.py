"""SciPy and PyTorch are loaded where they are needed, which takes up to seconds, and not at the same time.

SciPy asks whether values are tensors, while it loads, too. While another thread imports PyTorch, as on a server that
has just started, there is a module `torch` without tensors, and SciPy fails.
"""

from importlib import import_module
from threading import RLock
from types import ModuleType

one_at_a_time = RLock()
"""Held by a thread of a server while it imports PyTorch or loads a module of SciPy."""


def load(name: str) -> ModuleType:
    """The module of SciPy with that name, such as `scipy.stats`, or one that imports PyTorch."""
    with one_at_a_time:
        return import_module(name)
