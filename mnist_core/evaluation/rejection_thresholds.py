"""When an answer is better "I don't know": how sure a classifier is of real digits."""

import numpy as np
from numpy.typing import NDArray
from torch import nn

from mnist_core.config import Loss
from mnist_core.knn.classifier import KNN
from mnist_core.training import networks

SHARE = 0.015
"""Share of real digits for which a judge says that it does not know."""
MEASURED_ON = 2_000
"""Training images, at most, on which a judge's threshold is measured."""


def least_probability(model: nn.Module, loss: Loss, images: NDArray[np.uint8]) -> float:
    """The largest probability that a network gives for all but 1.5 % of the first 2,000 of (n, 28, 28) images."""
    found = networks.probabilities(model, loss, images[:MEASURED_ON])
    return float(np.quantile(found.max(axis=1), SHARE))


def most_distance(judge: KNN) -> float:
    """How far the nearest other reference is for all but 1.5 % of the judge's first 2,000 references."""
    images = judge.reference.images[:MEASURED_ON]
    # The nearest is the image itself, or another one that is the same.
    return float(np.quantile(judge.neighbours(images, 2).distances[:, 1], 1 - SHARE))
