"""The network for drawing, trained once for all that is measured with it."""

import pytest
from torch import nn

from mnist_core.data import DataSet
from mnist_core.evaluation import rejection_thresholds
from tests.accept.networks import trained


@pytest.fixture(scope="session")
def network(full_mnist: DataSet) -> nn.Module:
    """The network of the preset for drawing."""
    return trained("drawing", 0, full_mnist)


@pytest.fixture(scope="session")
def most_perplexity(network: nn.Module, full_mnist: DataSet) -> float:
    """The perplexity above which that network does not know."""
    return rejection_thresholds.perplexity_threshold(network, "cross_entropy", full_mnist.train.images)
