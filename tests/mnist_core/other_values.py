"""A value of each hyperparameter other than its default, so that tests can walk all of them."""

from typing import Any

from mnist_core.config import HYPERPARAMETERS


def other_value(name: str) -> Any:
    field = HYPERPARAMETERS[name]
    if isinstance(field.default, tuple):
        return (32, 16)
    offered = [*field.labels, *field.choices] or [field.low, field.highest or field.high]
    return next(value for value in offered if value not in (field.default, None))
