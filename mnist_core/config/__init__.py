"""One training configuration, with what people are told of each of its hyperparameters, and its presets."""

from mnist_core.config.hyperparameter import GROUPS, Hyperparameter
from mnist_core.config.presets import PRESET_NAMES, PRESETS, configure
from mnist_core.config.training_config import HYPERPARAMETERS, Loss, TrainingConfig

__all__ = [
    "GROUPS",
    "HYPERPARAMETERS",
    "PRESETS",
    "PRESET_NAMES",
    "Hyperparameter",
    "Loss",
    "TrainingConfig",
    "configure",
]
