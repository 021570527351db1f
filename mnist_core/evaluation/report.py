"""The report of a test: how a classifier reads training, validation and test images."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.data import EMBEDDED, FULL, DataSet
from mnist_core.evaluation.calibration import fit_temperature
from mnist_core.evaluation.classifier import Classifier
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.score import Score

MOST_TRAINING = 10_000
"""Training images, at most, that are read for a report: the first ones."""


@dataclass(frozen=True)
class Report:
    """A test on the test images of `data_set`.

    `training` and `validation` are None where there are no such images, or where they are not in `data_set`;
    `temperature` is fitted on the validation images.
    """

    data_set: str
    test: Predictions
    training: Score | None
    validation: Score | None
    temperature: float | None

    @property
    def score(self) -> Score:
        return self.test.score

    def to_bytes(self) -> bytes:
        file = io.BytesIO()
        np.savez_compressed(
            file,
            data_set=self.data_set,
            probabilities=self.test.probabilities,
            labels=self.test.labels,
            training=_numbers(self.training),
            validation=_numbers(self.validation),
            temperature=np.array([] if self.temperature is None else [self.temperature]),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Report":
        arrays: Any = np.load(io.BytesIO(content))
        return cls(
            str(arrays["data_set"]),
            Predictions(arrays["probabilities"], arrays["labels"]),
            _score(arrays["training"]),
            _score(arrays["validation"]),
            next(iter(arrays["temperature"].tolist()), None),
        )


def _numbers(score: Score | None) -> NDArray[np.int64]:
    return np.array([] if score is None else [score.right, score.n], np.int64)


def _score(numbers: NDArray[np.int64]) -> Score | None:
    return Score(*numbers.tolist()) if len(numbers) else None


def evaluate(classifier: Classifier, data_set: DataSet) -> Report:
    """Let a classifier read the test images of `data_set`, and the training images that it knows and does not know.

    Raises `DigitLabError` where the test images are among the images that it was trained on.
    """
    if classifier.trained_on == FULL and data_set.name == EMBEDDED:
        raise DigitLabError(
            f"This network was trained on {FULL}, which holds the test images of {EMBEDDED}; "
            f"set MNIST_DATA_DIR to the folder of {FULL} to test it."
        )
    test = Predictions(classifier.probabilities(data_set.test.images), data_set.test.labels)
    training = validation = temperature = None
    if classifier.trained_on == data_set.name:
        known, held_out = classifier.split(data_set.train)
        training = classifier.training_predictions(known, MOST_TRAINING).score
        if len(held_out):
            unseen = Predictions(classifier.probabilities(held_out.images), held_out.labels)
            validation, temperature = unseen.score, fit_temperature(unseen)
    return Report(data_set.name, test, training, validation, temperature)
