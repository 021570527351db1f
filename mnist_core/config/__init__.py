"""One training configuration, its presets, and its export as a stand-alone PyTorch script."""

from mnist_core.config.hyperparameters import Activation, Loss, Network, Optimiser, Schedule, TrainingConfig
from mnist_core.config.presets import PRESET_NAMES, PRESETS, configure
from mnist_core.config.script import write_script

__all__ = [
    "PRESETS",
    "PRESET_NAMES",
    "Activation",
    "Loss",
    "Network",
    "Optimiser",
    "Schedule",
    "TrainingConfig",
    "configure",
    "write_script",
]
