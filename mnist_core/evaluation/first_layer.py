"""The weights of a network's first layer as images: the patterns that its units respond to."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn


@torch.inference_mode()
def first_layer_weights(model: nn.Sequential) -> NDArray[np.float32]:
    """The weights of each unit of the first layer: (units, 28, 28), or (16, 5, 5) kernels for a CNN.

    Positive where ink raises a unit's output. A kernel is multiplied by the scale of the batch normalisation that
    follows it, which may be negative.
    """
    for index, layer in enumerate(model):
        if isinstance(layer, nn.Conv2d):
            normalisation = model[index + 1]
            assert isinstance(normalisation, nn.BatchNorm2d)
            assert normalisation.running_var is not None
            scale = normalisation.weight / (normalisation.running_var + normalisation.eps).sqrt()
            return np.asarray((layer.weight[:, 0] * scale[:, None, None]).cpu().numpy())
        if isinstance(layer, nn.Linear):
            return np.asarray(layer.weight.unflatten(1, (28, 28)).cpu().numpy())
    raise ValueError("a network has a linear or a convolutional layer")


def largest_first(weights: NDArray[np.floating]) -> NDArray[np.int64]:
    """The indices (units,) that sort (units, h, w) weights by the units' Euclidean norms, the largest first."""
    return np.argsort(-np.linalg.norm(weights.reshape(len(weights), -1), axis=1), kind="stable")
