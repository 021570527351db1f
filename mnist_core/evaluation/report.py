"""How well a classifier reads the images that it was trained on, those that it held out, and the test images."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from mnist_core import DigitLabError
from mnist_core.data import EMBEDDED, FULL, KAGGLE, KNOWN, DataSet
from mnist_core.evaluation.calibration import fit_temperature
from mnist_core.evaluation.classifier import Classifier
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.score import Score
from mnist_core.store import UNKNOWN_DATA_SET

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


_QMNIST, _SAME_FORMS = "QMNIST", "EMNIST-Digits"
_MNIST_FAMILY = {FULL, EMBEDDED, _QMNIST, KAGGLE}
_UNSEEN = {(EMBEDDED, FULL), (EMBEDDED, _QMNIST), (FULL, _QMNIST), (_QMNIST, FULL)}
"""Of the sets made of MNIST's images: which may be trained on where the test images of which other are read.

The embedded digits are training images of MNIST, which are those of QMNIST too. QMNIST's test images hold MNIST's, and
no training images. Kaggle's are drawn from both parts of MNIST.
"""


def require_unseen_test_images(classifier: Classifier, data_set: DataSet) -> None:
    """Raise `DigitLabError` where the classifier was trained on some of the test images of `data_set`.

    Also where it has other classes, and where nobody knows whether it was trained on some of them, except for a
    network that was brought in from a file that does not state its data set.
    """
    trained_on, tested_on = classifier.trained_on, data_set.name
    if trained_on in (tested_on, UNKNOWN_DATA_SET) or (trained_on, tested_on) in _UNSEEN:
        return
    if {trained_on, tested_on} <= _MNIST_FAMILY:
        raise DigitLabError(
            f"This network was trained on {trained_on}, which holds test images of {tested_on}; "
            f"choose {trained_on} as the data set to test it."
        )
    known = KNOWN.get(trained_on)
    if known is not None and known.class_names != data_set.class_names:
        raise DigitLabError(
            f"This network was trained on {trained_on}, whose classes are not those of {tested_on}; "
            f"choose {trained_on} as the data set to test it."
        )
    if known is None or tested_on not in KNOWN:
        raise DigitLabError(
            f"Nobody knows whether {trained_on}, which this network was trained on, holds test images of {tested_on}; "
            f"choose {trained_on} as the data set to test it."
        )


def possible_overlap(trained_on: str, tested_on: str) -> str | None:
    """A sentence where it cannot be excluded that a data set holds test images of another one; None where it can."""
    names = {trained_on, tested_on}
    if _SAME_FORMS in names and names & _MNIST_FAMILY:
        return (
            f"{trained_on} and {tested_on} were cut out of the same forms, so some test images may be among those that "
            "it was trained on."
        )
    return None


def evaluate(classifier: Classifier, data_set: DataSet) -> Report:
    """Let a classifier read the test images of `data_set`.

    Raises `DigitLabError` where it was trained on some of them.
    """
    require_unseen_test_images(classifier, data_set)
    test = Predictions(classifier.probabilities(data_set.test.images), data_set.test.labels)
    return Report(data_set.name, test)
