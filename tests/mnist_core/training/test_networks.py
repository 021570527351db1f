"""Networks have the shape that was asked for, survive being saved, and give probabilities."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from mnist_core import DigitLabError
from mnist_core.config.training_config import Loss, Network, TrainingConfig
from mnist_core.data import MEAN, STD, DataSet
from mnist_core.training import networks


def flatten_weights(model: nn.Module) -> Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def test_the_tutorial_network_is_784_256_64_10_with_relu_between() -> None:
    model = networks.build_network(TrainingConfig())

    assert [type(layer) for layer in model] == [nn.Linear, nn.ReLU, nn.Linear, nn.ReLU, nn.Linear]
    assert [tuple(layer.weight.shape) for layer in model if isinstance(layer, nn.Linear)] == [
        (256, 784),
        (64, 256),
        (10, 64),
    ]


def test_a_network_without_hidden_layers_is_logistic_regression() -> None:
    (layer,) = networks.build_network(TrainingConfig(hidden_sizes=()))

    assert isinstance(layer, nn.Linear)
    assert tuple(layer.weight.shape) == (10, 784)


def test_a_convolutional_network_reads_images_of_28_by_28_into_10_outputs() -> None:
    model = networks.build_network(TrainingConfig(network="cnn", hidden_sizes=(128,), activation="gelu"))

    convolution = [nn.Conv2d, nn.BatchNorm2d, nn.MaxPool2d, nn.GELU]
    kinds = [nn.Unflatten, *convolution, *convolution, nn.Flatten, nn.Linear, nn.GELU, nn.Linear]
    assert [type(layer) for layer in model] == kinds
    assert model(torch.zeros(3, 784)).shape == (3, 10)


def test_a_deep_network_has_four_convolutions_of_which_two_are_pooled() -> None:
    model = networks.build_network(TrainingConfig(network="deep_cnn", hidden_sizes=(128,)))

    channels = [(layer.in_channels, layer.out_channels) for layer in model if isinstance(layer, nn.Conv2d)]
    assert channels == [(1, 16), (16, 32), (32, 32), (32, 64)]
    assert sum(isinstance(layer, nn.MaxPool2d) for layer in model) == 2
    assert model(torch.zeros(3, 784)).shape == (3, 10)


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 784 * 256 + 256 + 256 * 64 + 64 + 64 * 10 + 10),
        ({"hidden_sizes": ()}, 784 * 10 + 10),
        ({"network": "cnn", "hidden_sizes": ()}, 25 * 16 + 3 * 16 + 25 * 16 * 32 + 3 * 32 + 512 * 10 + 10),
        ({"network": "cnn", "hidden_sizes": (128,)}, 25 * 16 + 48 + 25 * 512 + 96 + 513 * 128 + 129 * 10),
        ({"network": "cnn", "channels": 3, "hidden_sizes": ()}, 25 * 3 + 9 + 25 * 18 + 18 + 6 * 16 * 10 + 10),
        (
            {"network": "deep_cnn", "channels": 2, "hidden_sizes": ()},
            25 * 2 + 6 + 9 * 8 + 12 + 9 * 16 + 12 + 9 * 32 + 24 + 8 * 16 * 10 + 10,
        ),
        ({"channels": 3, "hidden_sizes": ()}, 784 * 10 + 10),
    ],
    ids=["tutorial", "logistic regression", "convolutions only", "accurate", "few channels", "deep", "no convolutions"],
)
def test_a_configuration_knows_how_many_weights_and_biases_its_network_has(changes: dict[str, Any], count: int) -> None:
    config = TrainingConfig(**changes)

    assert config.parameter_count == count
    assert sum(parameter.numel() for parameter in networks.build_network(config).parameters()) == count


@pytest.mark.parametrize(
    ("activation", "kind"), [("relu", nn.ReLU), ("tanh", nn.Tanh), ("sigmoid", nn.Sigmoid), ("gelu", nn.GELU)]
)
def test_each_activation_stands_after_each_hidden_layer_and_not_after_the_output(
    activation: str, kind: type[nn.Module]
) -> None:
    model = networks.build_network(TrainingConfig.model_validate({"hidden_sizes": (5, 4, 3), "activation": activation}))

    assert [type(layer) for layer in model] == [nn.Linear, kind, nn.Linear, kind, nn.Linear, kind, nn.Linear]


def test_the_same_seed_gives_the_same_weights_and_another_seed_others() -> None:
    first, again, other = (networks.build_network(TrainingConfig(seed=seed)) for seed in (7, 7, 8))

    assert torch.equal(flatten_weights(first), flatten_weights(again))
    assert not torch.equal(flatten_weights(first), flatten_weights(other))


def test_inputs_are_normalised_by_mean_and_deviation() -> None:
    images = np.arange(256, dtype=np.uint8).repeat(784).reshape(256, 28, 28)

    inputs = networks.to_inputs(torch.tensor(images))

    assert inputs.shape == (256, 784)
    assert inputs.dtype == torch.float32
    np.testing.assert_allclose(inputs[:, 0].numpy(), (np.arange(256) / 255 - MEAN) / STD, atol=1e-5)


@pytest.mark.parametrize("network", ["mlp", "cnn", "deep_cnn"])
@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
def test_a_loaded_network_gives_the_outputs_of_the_saved_one(
    loss: Loss, network: Network, tmp_path: Path, embedded: DataSet
) -> None:
    config = TrainingConfig(network=network, hidden_sizes=(20,), activation="tanh", loss=loss, seed=3)
    model, path = networks.build_network(config), tmp_path / "run-1.safetensors"
    with torch.no_grad():
        next(model.parameters()).mul_(1.5)  # what the seed alone would not give back
        model(torch.randn(50, 784))  # nor the means that normalise a convolution's outputs

    networks.save_network(model, config, path)
    loaded, loaded_config = networks.load_network(path)

    images = embedded.test.images
    assert torch.equal(networks.outputs(model, images), networks.outputs(loaded, images))
    assert loaded_config == config


def test_saving_leaves_the_model_and_nothing_else(tmp_path: Path) -> None:
    config = TrainingConfig()
    networks.save_network(networks.build_network(config), config, tmp_path / "run-1.safetensors")

    assert [path.name for path in tmp_path.iterdir()] == ["run-1.safetensors"]


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
@pytest.mark.parametrize("shift", [0.0, -5.0], ids=["as drawn", "all outputs below 0"])
def test_probabilities_are_a_distribution_whose_largest_is_the_largest_output(
    loss: Loss, shift: float, embedded: DataSet
) -> None:
    config = TrainingConfig(loss=loss, seed=1)
    model = networks.build_network(config)
    with torch.no_grad():
        list(model.parameters())[-1].add_(shift)
    images = embedded.train.images[:2_500]

    shares = networks.probabilities(model, loss, images)

    outputs = model(networks.to_inputs(torch.tensor(images))).detach().numpy()
    assert shares.shape == (2_500, 10)
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    assert (shares.argmax(axis=1) == outputs.argmax(axis=1)).all()


def test_cross_entropy_probabilities_are_the_softmax_of_the_outputs(embedded: DataSet) -> None:
    model = networks.build_network(TrainingConfig(loss="cross_entropy"))
    images = embedded.test.images[:50]

    outputs = model(networks.to_inputs(torch.tensor(images))).detach().numpy()

    expected = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(networks.probabilities(model, "cross_entropy", images), expected, rtol=1e-4)


def damages() -> dict[str, bytes]:
    return {"text": b"this is no network", "empty": b"", "long header": (2**62).to_bytes(8, "little") + b"{}"}


@pytest.mark.parametrize("content", damages().values(), ids=damages().keys())
def test_a_file_that_is_no_network_is_one_sentence_that_says_what_to_do(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "run-1.safetensors"
    path.write_bytes(content)

    with pytest.raises(DigitLabError, match=r"^The network in .*run-1\.safetensors is damaged; train it again\.$"):
        networks.load_network(path)


def test_a_truncated_network_is_damaged(tmp_path: Path) -> None:
    config, path = TrainingConfig(hidden_sizes=(8,)), tmp_path / "run-1.safetensors"
    networks.save_network(networks.build_network(config), config, path)
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(DigitLabError, match="is damaged"):
        networks.load_network(path)


def test_a_network_whose_settings_do_not_fit_its_weights_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "run-1.safetensors"
    networks.save_network(
        networks.build_network(TrainingConfig(hidden_sizes=(8,))), TrainingConfig(hidden_sizes=(9,)), path
    )

    with pytest.raises(DigitLabError, match=r"^The network in [^\n]* is damaged; train it again\.$"):
        networks.load_network(path)


def test_a_network_without_settings_is_damaged(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    path = tmp_path / "run-1.safetensors"
    save_file({"0.weight": torch.zeros(10, 784)}, path)

    with pytest.raises(DigitLabError, match="is damaged"):
        networks.load_network(path)


def test_a_missing_network_is_one_sentence_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DigitLabError, match=r"^This run has no trained network; [^\n]*\.$"):
        networks.load_network(tmp_path / "run-1.safetensors")


def test_a_network_that_cannot_be_saved_is_one_sentence(tmp_path: Path) -> None:
    config = TrainingConfig(hidden_sizes=(8,))

    with pytest.raises(DigitLabError, match=r"^[^\n]*\.$"):
        networks.save_network(networks.build_network(config), config, tmp_path / "gone" / "run-1.safetensors")
