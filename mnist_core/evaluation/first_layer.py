"""The weights that a network looks at an image with."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn


@torch.inference_mode()
def first_layer_weights(model: nn.Sequential) -> NDArray[np.float32]:
    """The weights of the first layer's units as images: (units, 28, 28), or (16, 5, 5) kernels of a CNN.

    Positive where ink raises a unit's number. A kernel is scaled by the batch normalisation behind it, which may change
    its sign.
    """
    for place, layer in enumerate(model):
        if isinstance(layer, nn.Conv2d):
            normalisation = model[place + 1]
            assert isinstance(normalisation, nn.BatchNorm2d)
            assert normalisation.running_var is not None
            scale = normalisation.weight / (normalisation.running_var + normalisation.eps).sqrt()
            return np.asarray((layer.weight[:, 0] * scale[:, None, None]).cpu().numpy())
        if isinstance(layer, nn.Linear):
            return np.asarray(layer.weight.unflatten(1, (28, 28)).cpu().numpy())
    raise ValueError("a network has a linear or a convolutional layer")


def strongest(weights: NDArray[np.floating]) -> NDArray[np.int64]:
    """The units of (units, h, w) weights, that with the largest ones (by their Euclidean norm) first: (units,)."""
    return np.argsort(-np.linalg.norm(weights.reshape(len(weights), -1), axis=1), kind="stable")
