"""One interface to everything that is evaluated: trained networks and K nearest neighbours."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from mnist_core import data
from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet, Digits
from mnist_core.evaluation.predictions import Predictions
from mnist_core.knn import study, votes
from mnist_core.knn.classifier import KNN
from mnist_core.training import networks
from mnist_core.training.views import AveragedNetwork

_TIE_BREAK = 1e-4
"""In votes: too little to change a share that is shown."""


class Classifier(Protocol):
    """Anything that gives the probabilities of classes for images.

    `key` identifies everything that its predictions depend on, so that stored results can be found by it;
    `trained_on` is the name of the data set whose training images it learned from.
    """

    @property
    def key(self) -> str: ...

    @property
    def trained_on(self) -> str: ...

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The probabilities of the classes for (n, 28, 28) uint8 images: (n, classes), each row sums to 1.

        The classes are those of the data set that it learned from.
        """

    def features(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The representation that the decision is made from: (n, d) for (n, 28, 28) uint8 images."""

    def split(self, train: Digits) -> tuple[Digits, Digits]:
        """The training images that it was trained on, and those that it held out for validation."""

    def training_predictions(self, training: Digits, count: int) -> Predictions:
        """Predictions for the first `count` of the images that it was trained on.

        Leave-one-out for K nearest neighbours: an image is no neighbour of itself.
        """


@dataclass(frozen=True, eq=False)
class NetworkClassifier:
    """A trained network. Its `key` is the run's key followed by a hash of the weights file.

    `classes` is how many classes the data set has that it was trained on.
    """

    model: AveragedNetwork
    config: TrainingConfig
    trained_on: str
    key: str
    classes: int = 10

    @classmethod
    def load(cls, path: Path, trained_on: str, run_key: str, classes: int = 10) -> "NetworkClassifier":
        """Read a network from its file; `DigitLabError` where there is none or the file is damaged."""
        model, config = networks.load_network(path)
        return cls(model, config, trained_on, f"{run_key}{hashlib.md5(path.read_bytes()).hexdigest()}", classes)

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return networks.probabilities(self.model, self.config.loss, images, self.classes)

    def features(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The input of the last layer: the activations of the last hidden layer, or the pixels where there is none."""
        hidden = self.model[:-1]
        if len(hidden):
            inputs = networks.outputs(hidden, images, self.model.normalisation)
        else:
            inputs = networks.to_inputs(torch.tensor(images), self.model.normalisation)
        return np.asarray(inputs.cpu().numpy())

    def split(self, train: Digits) -> tuple[Digits, Digits]:
        return data.hold_out(train, self.config.validation_share, self.config.train_size, self.config.seed)

    def training_predictions(self, training: Digits, count: int) -> Predictions:
        return Predictions(self.probabilities(training.images[:count]), training.labels[:count])


class KNNClassifier:
    """K nearest neighbours whose references are those of `study.split_references`."""

    def __init__(self, data_set: DataSet, setting: study.KNNSettings, k: int) -> None:
        self.setting, self.k, self.trained_on = setting, k, data_set.name
        self.key = f"knn-{k}-{setting.key(data_set)}"
        self.classes = len(data_set.class_names)
        references, _ = study.split_references(data_set.train)
        self.knn = KNN(references.first(setting.per_digit), setting.grid)

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The classes' shares of the k votes."""
        return _vote_shares(self.knn.find_neighbours(images, self.knn.at_most(self.k)), self.classes)

    def features(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The block features."""
        return self.knn.describe(images).astype(np.float32)

    def split(self, train: Digits) -> tuple[Digits, Digits]:
        references, validation = study.split_references(train)
        return references.first(self.setting.per_digit), validation

    def training_predictions(self, training: Digits, count: int) -> Predictions:
        """Each image is read by its k nearest references other than itself, or by all others where there are fewer."""
        neighbours = self.knn.find_neighbours(training.images[:count], self.knn.at_most(self.k + 1))
        itself = np.arange(len(neighbours.indices))[:, None]
        return Predictions(_vote_shares(neighbours.without(itself), self.classes), training.labels[:count])


def _vote_shares(neighbours: votes.NearestNeighbours, classes: int) -> NDArray[np.float32]:
    """(n, classes); the class that wins a tie gets a little more, so that it is the most probable one."""
    votes = neighbours.votes()[:, :classes].astype(np.float32)
    votes[np.arange(len(votes)), neighbours.predictions()[:, -1]] += _TIE_BREAK
    return np.asarray(votes / votes.sum(axis=1, keepdims=True))
