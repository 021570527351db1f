"""One training configuration and its presets.

Its export as a stand-alone PyTorch script is in `config.script`, which takes long to import and few need.
"""

from mnist_core.config.presets import PRESET_NAMES, PRESETS, configure
from mnist_core.config.training_config import Activation, Loss, Network, Optimiser, Schedule, TrainingConfig

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
]
