"""The networks, built from a configuration, and the files they are kept in."""

import json
from collections.abc import Callable, Mapping
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
from mnist_core.data import FULL, MEAN, STD, DataSet
from mnist_core.training.views import AveragedNetwork

LOSSES: dict[Loss, Callable[[Tensor, Tensor], Tensor]] = {
    "mse": functional.mse_loss,
    "cross_entropy": functional.cross_entropy,
}
"""The mean loss of outputs (n, 10), for target shares of the ten digits (n, 10), both float32."""
_ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU}


def build_network(config: TrainingConfig, data_set: DataSet | None = None) -> AveragedNetwork:
    """A network from inputs (n, 784) to outputs (n, 10), both float32, initialised with the configuration's seed.

    It is for images of `data_set`, by whose constants it normalises them; None for MNIST.

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
    if data_set is not None:
        model.data_set, model.normalisation = data_set.name, data_set.normalisation
    # Convolutions on a CPU take two thirds of the time with the channels last.
    return model.to(memory_format=torch.channels_last) if config.convolutions else model


def to_inputs(images: Tensor, normalisation: tuple[float, float] = (MEAN, STD)) -> Tensor:
    """Normalise (n, 28, 28) images, 0 to 255, by mean and standard deviation, at first MNIST's: (n, 784) float32."""
    mean, std = normalisation
    return images.flatten(1).float().mul_(1 / (255 * std)).sub_(mean / std)


@torch.inference_mode()
def outputs(model: nn.Module, images: NDArray[np.uint8], normalisation: tuple[float, float] | None = None) -> Tensor:
    """Outputs of the last layer for (n, 28, 28) uint8 images: (n, 10) float32, on the network's device.

    They are normalised by the network's own constants, unless others are given, as a part of a network needs.
    """
    if normalisation is None:
        normalisation = model.normalisation if isinstance(model, AveragedNetwork) else (MEAN, STD)
    device = next(model.parameters()).device
    model.eval()
    # In batches, so that many images do not need much memory.
    batches = np.array_split(images, -(-len(images) // 1000))
    return torch.cat([model(to_inputs(torch.tensor(batch, device=device), normalisation)) for batch in batches])


@torch.inference_mode()
def probabilities(model: nn.Module, loss: Loss, images: NDArray[np.uint8], classes: int = 10) -> NDArray[np.float32]:
    """Probabilities of the classes for (n, 28, 28) uint8 images: (n, classes) float32, each row sums to 1.

    A network has ten outputs, of which those past the classes of its data set stand for nothing and are left out.

    A network trained with cross-entropy gives logits, so softmax. One trained with squared error on one-hot labels
    estimates the probabilities themselves: its outputs, with those below 0 set to 0, are scaled to sum to 1.
    """
    logits = outputs(model, images)[:, :classes]
    if loss == "cross_entropy":
        rows = logits.softmax(dim=1)
    else:
        # The largest output keeps a little weight even when all are below 0.
        largest = logits.max(dim=1, keepdim=True)
        positive = logits.clamp(min=0).scatter(1, largest.indices, largest.values.clamp(min=1e-6))
        rows = positive / positive.sum(dim=1, keepdim=True)
    return np.asarray(rows.cpu().numpy())


def save_network(model: AveragedNetwork, config: TrainingConfig, path: Path) -> None:
    """Write weights, configuration, data set and its normalisation as safetensors.

    Raises `DigitLabError` where the folder cannot be written.
    """
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
    mean, std = model.normalisation
    metadata = {
        "config": config.model_dump_json(),
        "data_set": model.data_set,
        "normalisation": json.dumps({"mean": mean, "std": std}),
    }
    files.write_atomically(path, _in_order(safetensors.torch.save(weights, metadata=metadata)))


def _in_order(content: bytes) -> bytes:
    """A safetensors file with its metadata in order, since results are kept by the checksum of a network's file."""
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    written = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode().ljust(size)
    assert len(written) == size, "the weights after the header stay where they are"
    return content[:8] + written + content[8 + size :]


def trained_on(metadata: Mapping[str, str]) -> tuple[str, tuple[float, float]]:
    """The name of the data set that the metadata of a network's file state, and its mean and standard deviation.

    Those of MNIST where none are stated. Raises `ValueError`, `KeyError` or `TypeError` where they are no such numbers.
    """
    if "normalisation" not in metadata:
        return metadata.get("data_set", FULL), (MEAN, STD)
    constants = json.loads(metadata["normalisation"])
    mean, std = float(constants["mean"]), float(constants["std"])
    if not (0 <= mean <= 1 and 0 < std <= 1):
        raise ValueError(f"no pixels from 0 to 1 have mean {mean} and standard deviation {std}")
    return metadata.get("data_set", FULL), (mean, std)


def load_network(path: Path) -> tuple[AveragedNetwork, TrainingConfig]:
    """Read a network and its configuration; `DigitLabError` where there is none or the file is damaged.

    A file from before it said so is of a network for MNIST.
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata()
            config = TrainingConfig.model_validate_json(metadata["config"])
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
        model = build_network(config)
        model.load_state_dict(weights)
        model.data_set, model.normalisation = trained_on(metadata)
    except FileNotFoundError:
        raise DigitLabError("This run has no trained network; choose another run.") from None
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError):
        raise DigitLabError(f"The network in {path} is damaged; train it again.") from None
    return model, config
