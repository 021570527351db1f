"""A value of each hyperparameter other than its default, so that tests can walk all of them."""

from typing import Any

from mnist_core.config import HYPERPARAMETERS


def other_value(name: str) -> Any:
    about = HYPERPARAMETERS[name]
    if isinstance(about.default, tuple):
        return (32, 16)
    offered = [*about.labels, *about.choices] or [about.low, about.highest or about.high]
    return next(value for value in offered if value not in (about.default, None))
