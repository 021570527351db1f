"""The weights of a network's first layer are images of what its units respond to."""

import numpy as np
import torch
from torch import nn

from mnist_core.config import TrainingConfig
from mnist_core.evaluation import first_layer
from mnist_core.training import networks


def test_the_units_of_a_linear_layer_are_images_of_their_weights() -> None:
    model = networks.build_network(TrainingConfig(hidden_sizes=(12, 4)))

    images = first_layer.first_layer_weights(model)

    assert images.shape == (12, 28, 28)
    ink = np.random.default_rng(4).integers(0, 256, (28, 28))
    first = model[0]
    assert isinstance(first, nn.Linear)
    by_layer = first(torch.tensor(ink, dtype=torch.float32).flatten()) - first.bias
    np.testing.assert_allclose((images * ink).sum(axis=(1, 2)), by_layer.detach().numpy(), rtol=1e-3, atol=1e-2)


def test_logistic_regression_has_an_image_for_each_digit() -> None:
    assert first_layer.first_layer_weights(networks.build_network(TrainingConfig(hidden_sizes=()))).shape == (
        10,
        28,
        28,
    )


def test_a_kernel_is_positive_where_ink_raises_the_number_behind_its_normalisation() -> None:
    model = networks.build_network(TrainingConfig(network="cnn")).eval()
    convolution, normalisation = model[1], model[2]
    assert isinstance(normalisation, nn.BatchNorm2d)
    with torch.no_grad():
        normalisation.weight.copy_(torch.linspace(-1, 1, 16))
        normalisation.running_var.copy_(torch.linspace(0.5, 4, 16))

    kernels = first_layer.first_layer_weights(model)

    assert kernels.shape == (16, 5, 5)
    patch = torch.zeros(1, 1, 5, 5)
    with torch.no_grad():
        before = normalisation(convolution(patch))
        patch[0, 0, 1, 3] = 1
        raised = (normalisation(convolution(patch)) - before).flatten().numpy()
    np.testing.assert_allclose(kernels[:, 1, 3], raised, atol=1e-5)


def test_the_units_with_the_largest_weights_come_first() -> None:
    images = np.full((3, 28, 28), 0.1)
    images[1, 0, 0], images[2] = -9, 0

    assert first_layer.largest_first(images).tolist() == [1, 0, 2]
