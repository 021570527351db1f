"""The optimisers that a network can be trained with."""

import torch
from torch import Tensor

from mnist_core.config import TrainingConfig


def build_optimiser(parameters: list[Tensor], config: TrainingConfig) -> torch.optim.Optimizer:
    """The configuration's optimiser of these parameters, at its full learning rate."""
    on_cuda = parameters[0].is_cuda
    # A captured step reads the learning rate, and counts its calls, on the GPU.
    rate = torch.tensor(config.learning_rate, device=parameters[0].device) if on_cuda else config.learning_rate
    decay = config.weight_decay
    # Fused: one call for all parameters.
    match config.optimiser:
        case "sgd":
            return torch.optim.SGD(parameters, lr=rate, momentum=config.momentum, weight_decay=decay, fused=True)
        case "adam":
            return torch.optim.Adam(parameters, lr=rate, weight_decay=decay, fused=True, capturable=on_cuda)


def set_learning_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Use this learning rate from the next step on."""
    group = optimiser.param_groups[0]
    if isinstance(group["lr"], Tensor):
        group["lr"].fill_(rate)
    else:
        group["lr"] = rate
