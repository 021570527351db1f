"""How well a network reads the test set."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import nn

from mnist_core import DigitLabError, models
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, FULL, DataSet, Digits


@dataclass(frozen=True)
class Report:
    """`accuracy` and its 95 % `interval` are shares, 0 to 1; `confusion` is (10, 10) int64, rows the true digit."""

    data_set: str
    n: int
    accuracy: float
    interval: tuple[float, float]
    confusion: NDArray[np.int64]


def evaluate(model: nn.Module, config: TrainingConfig, trained_on: str, data_set: DataSet) -> Report:
    """Let a network read the test images of `data_set`.

    Raises `DigitLabError` where these are among the images that the network was trained on.
    """
    if trained_on == FULL and data_set.name == EMBEDDED:
        raise DigitLabError(
            f"This network was trained on {FULL}, which holds the test images of {EMBEDDED}; "
            f"set MNIST_DATA_DIR to the folder of {FULL} to test it."
        )
    answers = models.probabilities(model, config.loss, data_set.test.images).argmax(axis=1)
    return report(answers, data_set.test, data_set.name)


def interval(right: int, n: int) -> tuple[float, float]:
    """The 95 % interval of an accuracy of `right` out of `n`, as shares; Wilson's (1927)."""
    from scipy.stats import binomtest  # takes a second to load

    found = binomtest(right, n).proportion_ci(confidence_level=0.95, method="wilson")
    return float(found.low), float(found.high)


def report(answers: NDArray[np.integer], digits: Digits, data_set: str) -> Report:
    """Compare the answers (n,) to the labels of `digits`."""
    # Loading it takes seconds, and only a report needs it.
    from sklearn.metrics import confusion_matrix

    n, right = len(digits), int((answers == digits.labels).sum())
    confusion = confusion_matrix(digits.labels, answers, labels=range(10))
    return Report(data_set, n, right / n, interval(right, n), confusion)
