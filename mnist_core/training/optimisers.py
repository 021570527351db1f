"""The optimisers that a network can be trained with."""

import torch
from torch import Tensor

from mnist_core.config import TrainingConfig


def build_optimiser(parameters: list[Tensor], config: TrainingConfig) -> torch.optim.Optimizer:
    """The configuration's optimiser of these parameters, at its full learning rate."""
    rate, decay = config.learning_rate, config.weight_decay
    # Fused: one call for all parameters.
    match config.optimiser:
        case "sgd":
            return torch.optim.SGD(parameters, lr=rate, momentum=config.momentum, weight_decay=decay, fused=True)
        case "adam":
            return torch.optim.Adam(parameters, lr=rate, weight_decay=decay, fused=True)
