"""What reads digits, in one shape for all that is evaluated: a trained network or K nearest neighbours."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from mnist_core import data
from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet, Digits
from mnist_core.evaluation.predictions import Predictions
from mnist_core.knn import study, votes
from mnist_core.knn.classifier import KNN
from mnist_core.training import networks

_ALMOST_NONE = 1e-4
"""Of a vote."""


class Classifier(Protocol):
    """Reads digits; `key` names all that its answers depend on, `trained_on` the data set of its training images."""

    @property
    def key(self) -> str: ...

    @property
    def trained_on(self) -> str: ...

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Ten probabilities for each of (n, 28, 28) uint8 images: (n, 10), each row sums to 1."""

    def features(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What it decides by: (n, d) numbers for (n, 28, 28) uint8 images."""

    def split(self, train: Digits) -> tuple[Digits, Digits]:
        """Which of the training images it was trained on, and which it held out."""

    def training_predictions(self, training: Digits, count: int) -> Predictions:
        """Its predictions for the first `count` of the images that it was trained on; none may vouch for itself."""


@dataclass(frozen=True, eq=False)
class NetworkClassifier:
    """A trained network. Its key begins with that of its run."""

    model: nn.Sequential
    config: TrainingConfig
    trained_on: str
    key: str

    @classmethod
    def load(cls, path: Path, trained_on: str, run_key: str) -> "NetworkClassifier":
        """Read a network from its file; `DigitLabError` where there is none or the file is damaged."""
        model, config = networks.load_network(path)
        return cls(model, config, trained_on, f"{run_key}{hashlib.md5(path.read_bytes()).hexdigest()}")

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return networks.probabilities(self.model, self.config.loss, images)

    def features(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What goes into the last layer: the activations of the last hidden one, or the pixels where there is none."""
        hidden = self.model[:-1]
        found = networks.outputs(hidden, images) if len(hidden) else networks.to_inputs(torch.tensor(images))
        return np.asarray(found.cpu().numpy())

    def split(self, train: Digits) -> tuple[Digits, Digits]:
        return data.hold_out(train, self.config.validation_share, self.config.train_size, self.config.seed)

    def training_predictions(self, training: Digits, count: int) -> Predictions:
        return Predictions(self.probabilities(training.images[:count]), training.labels[:count])


class KNNClassifier:
    """K nearest neighbours whose references are the training images that a study of them does not hold out."""

    def __init__(self, data_set: DataSet, setting: study.Setting, k: int) -> None:
        self.setting, self.k, self.trained_on = setting, k, data_set.name
        self.key = f"knn-{k}-{setting.key(data_set)}"
        references, _ = study.split(data_set.train)
        self.judge = KNN(references.first(setting.per_digit), setting.grid)

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The shares of the votes."""
        return _shares(self.judge.neighbours(images, self.k))

    def features(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The numbers of the blocks."""
        return self.judge.describe(images).astype(np.float32)

    def split(self, train: Digits) -> tuple[Digits, Digits]:
        references, validation = study.split(train)
        return references.first(self.setting.per_digit), validation

    def training_predictions(self, training: Digits, count: int) -> Predictions:
        """Each image is read by its nearest neighbours but itself: one fewer where all references are asked."""
        found = self.judge.neighbours(training.images[:count], min(self.k + 1, len(self.judge.reference)))
        return Predictions(_shares(found.without(np.arange(len(found.indices))[:, None])), training.labels[:count])


def _shares(neighbours: votes.Neighbours) -> NDArray[np.float32]:
    """The shares of the votes, (n, 10); the digit that wins a tie has a little more."""
    votes = neighbours.votes().astype(np.float32)
    votes[np.arange(len(votes)), neighbours.answers()[:, -1]] += _ALMOST_NONE
    return np.asarray(votes / votes.sum(axis=1, keepdims=True))
