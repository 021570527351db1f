"""The networks, built from a configuration, and the files they are kept in."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.nn import functional

from mnist_core import DigitLabError, files
from mnist_core.config import Loss, TrainingConfig
from mnist_core.data import MEAN, STD
from mnist_core.training.views import AveragedNetwork

LOSSES: dict[Loss, Callable[[Tensor, Tensor], Tensor]] = {
    "mse": functional.mse_loss,
    "cross_entropy": functional.cross_entropy,
}
"""The mean loss of outputs (n, 10), for target shares of the ten digits (n, 10), both float32."""
_ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU}


def build_network(config: TrainingConfig) -> AveragedNetwork:
    """A network from inputs (n, 784) to outputs (n, 10), both float32, initialised with the configuration's seed.

    A multi-layer perceptron 784-hidden-10 with linear output, which is logistic regression where there is no hidden
    layer; or a small convolutional network after LeCun et al., Gradient-based learning applied to document recognition
    (1998), or a deeper one with smaller convolutions between, after Simonyan and Zisserman, Very deep convolutional
    networks for large-scale image recognition (2015).
    """
    torch.manual_seed(config.seed)
    activation, layers = _ACTIVATIONS[config.activation], list[nn.Module]()
    if config.convolutions:
        layers.append(nn.Unflatten(1, (1, 28, 28)))
        for inputs, outputs, kernel, padding, pooled in config.convolutions:
            layers += [nn.Conv2d(inputs, outputs, kernel, padding=padding), nn.BatchNorm2d(outputs)]
            # Pooling first leaves the activation a quarter of the work; where it is increasing, the result is the same.
            layers += [nn.MaxPool2d(2), activation()] if pooled else [activation()]
        layers.append(nn.Flatten())
    *hidden, last = pairwise(config.linear_sizes)
    for inputs, outputs in hidden:
        layers += [nn.Linear(inputs, outputs), activation()]
    model = AveragedNetwork(*layers, nn.Linear(*last))
    model.readings, model.loss = config.readings, config.loss
    # Convolutions on a CPU take two thirds of the time with the channels last.
    return model.to(memory_format=torch.channels_last) if config.convolutions else model


def to_inputs(images: Tensor) -> Tensor:
    """Normalise (n, 28, 28) images, 0 to 255, by MNIST's mean and standard deviation: (n, 784) float32."""
    return images.flatten(1).float().mul_(1 / (255 * STD)).sub_(MEAN / STD)


@torch.inference_mode()
def outputs(model: nn.Module, images: NDArray[np.uint8]) -> Tensor:
    """Outputs of the last layer for (n, 28, 28) uint8 images: (n, 10) float32, on the network's device."""
    device = next(model.parameters()).device
    model.eval()
    # In batches, so that many images do not need much memory.
    batches = np.array_split(images, -(-len(images) // 1000))
    return torch.cat([model(to_inputs(torch.tensor(batch, device=device))) for batch in batches])


@torch.inference_mode()
def probabilities(model: nn.Module, loss: Loss, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Probabilities of the ten digits for (n, 28, 28) uint8 images: (n, 10) float32, each row sums to 1.

    A network trained with cross-entropy gives logits, so softmax. One trained with squared error on one-hot labels
    estimates the probabilities themselves: its outputs, with those below 0 set to 0, are scaled to sum to 1.
    """
    logits = outputs(model, images)
    if loss == "cross_entropy":
        rows = logits.softmax(dim=1)
    else:
        # The largest output keeps a little weight even when all are below 0.
        largest = logits.max(dim=1, keepdim=True)
        positive = logits.clamp(min=0).scatter(1, largest.indices, largest.values.clamp(min=1e-6))
        rows = positive / positive.sum(dim=1, keepdim=True)
    return np.asarray(rows.cpu().numpy())


def save_network(model: nn.Module, config: TrainingConfig, path: Path) -> None:
    """Write weights and configuration as safetensors; `DigitLabError` where the folder cannot be written."""
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
    files.write_atomically(path, safetensors.torch.save(weights, metadata={"config": config.model_dump_json()}))


def load_network(path: Path) -> tuple[AveragedNetwork, TrainingConfig]:
    """Read a network and its configuration; `DigitLabError` where there is none or the file is damaged."""
    try:
        with safe_open(path, framework="pt") as file:
            config = TrainingConfig.model_validate_json(file.metadata()["config"])
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
        model = build_network(config)
        model.load_state_dict(weights)
    except FileNotFoundError:
        raise DigitLabError("This run has no trained network; choose another run.") from None
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError):
        raise DigitLabError(f"The network in {path} is damaged; train it again.") from None
    return model, config
