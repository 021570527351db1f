"""When a classifier answers "I don't know" to a drawing: thresholds of its doubt, measured on training digits."""

import numpy as np
from numpy.typing import NDArray
from torch import nn

from mnist_core import slow_imports
from mnist_core.config import Loss
from mnist_core.knn.classifier import KNN
from mnist_core.knn.votes import NearestNeighbours
from mnist_core.training import networks

REJECTED_SHARE = 0.0075
"""The share of real digits that a threshold rejects."""
MAX_IMAGES = 2_000
"""Training images, at most, on which a threshold is measured: the first ones."""


def perplexity(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """Among how many classes each row of (n, classes) probabilities hesitates: from 1, sure of one, to `classes`.

    The exponential of the entropy. It tells shapes that are no digits from digits better than the largest probability
    does, since a digit that is hard to read makes a network hesitate between two, and such a shape among many.
    """
    entr = slow_imports.load("scipy.special").entr
    return np.asarray(np.exp(entr(np.asarray(probabilities, np.float64)).sum(axis=1)))


def perplexity_threshold(model: nn.Module, loss: Loss, images: NDArray[np.uint8], classes: int = 10) -> float:
    """The perplexity of a network that 99.25 % of the first 2,000 of (n, 28, 28) images do not exceed."""
    probabilities = networks.probabilities(model, loss, images[:MAX_IMAGES], classes)
    return float(np.quantile(perplexity(probabilities), 1 - REJECTED_SHARE))


def distance_threshold(knn: KNN) -> float:
    """The distance within which 99.25 % of the first 2,000 references have another reference."""
    images = knn.reference.images[:MAX_IMAGES]
    # The nearest neighbour of a reference is itself, or an identical image.
    return float(np.quantile(knn.find_neighbours(images, knn.at_most(2)).distances[:, -1], 1 - REJECTED_SHARE))


def network_is_sure(probabilities: NDArray[np.floating], most: float) -> NDArray[np.bool_]:
    """For each row of (n, classes) probabilities, whether its perplexity is within `most` (`perplexity_threshold`)."""
    return np.asarray(perplexity(probabilities) <= most)


def knn_is_sure(neighbours: NearestNeighbours, most: float) -> NDArray[np.bool_]:
    """For each of n images, whether its nearest reference is within `most`, from `distance_threshold`."""
    return neighbours.distances[:, 0] <= most
