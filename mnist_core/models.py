"""The networks, built from a configuration, and the files they are kept in."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from mnist_core import DigitLabError
from mnist_core.config import Loss, TrainingConfig
from mnist_core.data import MEAN, STD

_ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU}


def build(config: TrainingConfig) -> nn.Sequential:
    """A multi-layer perceptron 784-hidden-10 with linear output, its weights drawn with the configuration's seed."""
    torch.manual_seed(config.seed)
    layers: list[nn.Module] = []
    inputs = 28 * 28
    for size in config.hidden_sizes:
        layers += [nn.Linear(inputs, size), _ACTIVATIONS[config.activation]()]
        inputs = size
    return nn.Sequential(*layers, nn.Linear(inputs, 10))


def to_inputs(images: Tensor) -> Tensor:
    """Normalise (n, 28, 28) uint8 images by MNIST's mean and deviation: (n, 784) float32."""
    return images.flatten(1).float().mul_(1 / (255 * STD)).sub_(MEAN / STD)


@torch.inference_mode()
def outputs(model: nn.Module, images: NDArray[np.uint8]) -> Tensor:
    """What the network's last layer gives for each of (n, 28, 28) uint8 images: (n, 10) float32, on its device."""
    device = next(model.parameters()).device
    model.eval()
    # In batches, so that many images do not need much memory.
    batches = np.array_split(images, -(-len(images) // 1000))
    return torch.cat([model(to_inputs(torch.tensor(batch, device=device))) for batch in batches])


@torch.inference_mode()
def probabilities(model: nn.Module, loss: Loss, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Ten probabilities for each of (n, 28, 28) uint8 images: (n, 10) float32, each row sums to 1.

    A network trained with cross-entropy gives logits, so softmax. One trained with squared error on one-hot labels
    estimates the probabilities themselves; what it gives below 0 is cut off and the rest scaled to sum to 1.
    """
    found = outputs(model, images)
    if loss == "cross_entropy":
        shares = found.softmax(dim=1)
    else:
        # The largest output keeps a little weight even when all are below 0.
        positive = found.clamp(min=0).scatter(
            1, found.argmax(dim=1, keepdim=True), found.amax(dim=1, keepdim=True).clamp(min=1e-6)
        )
        shares = positive / positive.sum(dim=1, keepdim=True)
    return np.asarray(shares.cpu().numpy())


def save(model: nn.Module, config: TrainingConfig, path: Path) -> None:
    """Write weights and configuration as safetensors: to a temporary name first, so that `path` is always whole.

    Raises `DigitLabError` where the folder cannot be written.
    """
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
    temporary = path.with_suffix(".partial")
    try:
        save_file(weights, temporary, metadata={"config": config.model_dump_json()})
        temporary.replace(path)
    except (OSError, SafetensorError):
        temporary.unlink(missing_ok=True)
        raise DigitLabError(
            f"The network cannot be saved in {path.parent}; free some space there and train again."
        ) from None


def load(path: Path) -> tuple[nn.Sequential, TrainingConfig]:
    """Read a network and its configuration; `DigitLabError` where there is none or the file is damaged."""
    try:
        with safe_open(path, framework="pt") as file:
            config = TrainingConfig.model_validate_json(file.metadata()["config"])
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
        model = build(config)
        model.load_state_dict(weights)
    except FileNotFoundError:
        raise DigitLabError("This run has no trained network; choose another run.") from None
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError):
        raise DigitLabError(f"The network in {path} is damaged; train it again.") from None
    return model, config
