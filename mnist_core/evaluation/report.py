"""How well a classifier reads the images that it was trained on, those that it held out, and the test images."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from mnist_core import DigitLabError
from mnist_core.data import EMBEDDED, FULL, DataSet
from mnist_core.evaluation.calibration import fit_temperature
from mnist_core.evaluation.classifier import Classifier
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.score import Score

MAX_TRAINING_IMAGES = 10_000
"""Training images, at most, that are read: the first ones."""


@dataclass(frozen=True)
class TrainingFit:
    """The scores on training and on validation images, and the temperature fitted on the latter.

    Each is None where there are no such images, or where they are not in the data set.
    """

    training: Score | None
    validation: Score | None
    temperature: float | None


@dataclass(frozen=True)
class Report:
    """The predictions for the test images of `data_set`, a data set's name."""

    data_set: str
    test: Predictions

    @property
    def score(self) -> Score:
        """How many test images are read correctly."""
        return self.test.score

    def to_bytes(self) -> bytes:
        """An NPZ file, for `from_bytes`."""
        file, test = io.BytesIO(), self.test
        np.savez_compressed(file, data_set=self.data_set, probabilities=test.probabilities, labels=test.labels)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Report":
        arrays: Any = np.load(io.BytesIO(content))
        return cls(str(arrays["data_set"]), Predictions(arrays["probabilities"], arrays["labels"]))


def measure_training_fit(classifier: Classifier, data_set: DataSet) -> TrainingFit:
    """Score a classifier on the first 10,000 images that it was trained on, and on all that it held out."""
    if classifier.trained_on != data_set.name:
        return TrainingFit(None, None, None)
    trained_on, held_out = classifier.split(data_set.train)
    training = classifier.training_predictions(trained_on, MAX_TRAINING_IMAGES).score
    if not len(held_out):
        return TrainingFit(training, None, None)
    validation = Predictions(classifier.probabilities(held_out.images), held_out.labels)
    return TrainingFit(training, validation.score, fit_temperature(validation))


def scores_by_part(fit: TrainingFit, report: Report | None) -> dict[str, Score]:
    """The scores by "training", "validation" and "test", where there are any."""
    parts = {"training": fit.training, "validation": fit.validation, "test": None if report is None else report.score}
    return {part: score for part, score in parts.items() if score is not None}


def require_unseen_test_images(classifier: Classifier, data_set: DataSet) -> None:
    """Raise `DigitLabError` where the classifier was trained on some of the test images of `data_set`."""
    if classifier.trained_on == FULL and data_set.name == EMBEDDED:
        raise DigitLabError(
            f"This network was trained on {FULL}, which holds the test images of {EMBEDDED}; "
            f"set MNIST_DATA_DIR to the folder of {FULL} to test it."
        )


def evaluate(classifier: Classifier, data_set: DataSet) -> Report:
    """Let a classifier read the test images of `data_set`.

    Raises `DigitLabError` where it was trained on some of them.
    """
    require_unseen_test_images(classifier, data_set)
    test = Predictions(classifier.probabilities(data_set.test.images), data_set.test.labels)
    return Report(data_set.name, test)
