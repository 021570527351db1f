"""How a classifier reads the images that it knows, those held out, and those of a test."""

import io
import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mnist_core import DigitLabError
from mnist_core.data import EMBEDDED, FULL, DataSet
from mnist_core.evaluation.calibration import fit_temperature
from mnist_core.evaluation.classifier import Classifier
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.score import Score

MOST_TRAINING = 10_000
"""Training images, at most, that are read: the first ones."""


@dataclass(frozen=True)
class Fit:
    """How a classifier reads the images that it was trained on, and those held out; the test set stays closed.

    Each is None where there are no such images, or where they are not in the data set; `temperature` is fitted on the
    images held out.
    """

    training: Score | None
    validation: Score | None
    temperature: float | None

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Fit":
        values = json.loads(content)
        training, validation = (values[name] and Score(**values[name]) for name in ("training", "validation"))
        return cls(training, validation, values["temperature"])


@dataclass(frozen=True)
class Report:
    """A test on the test images of `data_set`."""

    data_set: str
    test: Predictions

    @property
    def score(self) -> Score:
        return self.test.score

    def to_bytes(self) -> bytes:
        file = io.BytesIO()
        test = self.test
        np.savez_compressed(file, data_set=self.data_set, probabilities=test.probabilities, labels=test.labels)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Report":
        arrays: Any = np.load(io.BytesIO(content))
        return cls(str(arrays["data_set"]), Predictions(arrays["probabilities"], arrays["labels"]))


def measure_fit(classifier: Classifier, data_set: DataSet) -> Fit:
    """Let a classifier read the first 10,000 images that it was trained on, and all that it held out."""
    if classifier.trained_on != data_set.name:
        return Fit(None, None, None)
    known, held_out = classifier.split(data_set.train)
    training = classifier.training_predictions(known, MOST_TRAINING).score
    if not len(held_out):
        return Fit(training, None, None)
    unseen = Predictions(classifier.probabilities(held_out.images), held_out.labels)
    return Fit(training, unseen.score, fit_temperature(unseen))


def scores(fit: Fit, report: Report | None) -> dict[str, Score]:
    """Of training, validation and test images, those that are there."""
    found = {"training": fit.training, "validation": fit.validation, "test": None if report is None else report.score}
    return {part: score for part, score in found.items() if score is not None}


def require_unseen(classifier: Classifier, data_set: DataSet) -> None:
    """Raise `DigitLabError` where the test images of `data_set` are among the images that it was trained on."""
    if classifier.trained_on == FULL and data_set.name == EMBEDDED:
        raise DigitLabError(
            f"This network was trained on {FULL}, which holds the test images of {EMBEDDED}; "
            f"set MNIST_DATA_DIR to the folder of {FULL} to test it."
        )


def evaluate(classifier: Classifier, data_set: DataSet) -> Report:
    """Let a classifier read the test images of `data_set`.

    Raises `DigitLabError` where the test images are among the images that it was trained on.
    """
    require_unseen(classifier, data_set)
    test = Predictions(classifier.probabilities(data_set.test.images), data_set.test.labels)
    return Report(data_set.name, test)
