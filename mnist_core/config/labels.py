"""Hyperparameters and their values as people call them."""

from typing import Any

from mnist_core.config.training_config import TrainingConfig

NETWORKS = {"mlp": "Linear layers", "cnn": "Convolutions first"}
SCHEDULES = {"constant": "Constant", "one_cycle": "One cycle"}
LOSSES = {"mse": "Mean squared error", "cross_entropy": "Cross-entropy"}
OPTIMISERS = {"sgd": "SGD", "adam": "Adam"}
ACTIVATIONS = {"relu": "ReLU", "tanh": "Tanh", "sigmoid": "Sigmoid", "gelu": "GELU"}

_VALUES = NETWORKS | SCHEDULES | LOSSES | OPTIMISERS | ACTIVATIONS


def setting_name(key: str) -> str:
    return key.replace("_", " ").capitalize()


def settings(config: TrainingConfig) -> dict[str, str]:
    """The value of each hyperparameter by its key."""
    return {key: _readable(value) for key, value in config.model_dump(mode="json").items()}


def _readable(value: Any) -> str:
    if isinstance(value, list):
        return "-".join(map(str, value)) or "none"
    return "all" if value is None else _VALUES.get(value, f"{value:g}" if isinstance(value, float) else str(value))
