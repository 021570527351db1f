"""How well a network reads the test set."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.data import EMBEDDED, FULL, Digits


@dataclass(frozen=True)
class Report:
    """`accuracy` and its 95 % `interval` are shares, 0 to 1; `confusion` is (10, 10) int64, rows the true digit."""

    n: int
    accuracy: float
    interval: tuple[float, float]
    confusion: NDArray[np.int64]


def report(answers: NDArray[np.integer], digits: Digits) -> Report:
    """Compare the answers (n,) to the labels of `digits`; the interval is Wilson's (1927)."""
    # Loading both takes seconds, and only a report needs them.
    from scipy.stats import binomtest
    from sklearn.metrics import confusion_matrix

    n, right = len(digits), int((answers == digits.labels).sum())
    interval = binomtest(right, n).proportion_ci(confidence_level=0.95, method="wilson")
    confusion = confusion_matrix(digits.labels, answers, labels=range(10))
    return Report(n, right / n, (float(interval.low), float(interval.high)), confusion)


def keep_apart(trained_on: str, tested_on: str) -> None:
    """Raise `DigitLabError` where the test images of one data set are among the training images of the other."""
    if trained_on == FULL and tested_on == EMBEDDED:
        raise DigitLabError(
            f"This network was trained on {FULL}, which holds the test images of {EMBEDDED}; "
            f"set MNIST_DATA_DIR to the folder of {FULL} to test it."
        )
