"""Counts of correct predictions: accuracy with its interval, confusion matrix, precision, recall and F1."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mnist_core import slow_imports


@dataclass(frozen=True)
class Score:
    """`correct` of `n` images were read correctly; n is at least 1."""

    correct: int
    n: int

    @classmethod
    def of(cls, predicted: NDArray[np.integer], labels: NDArray[np.integer]) -> "Score":
        """Compare the (n,) predicted digits with the (n,) labels."""
        return cls(int((predicted == labels).sum()), len(labels))

    @property
    def accuracy(self) -> float:
        """The share of correct predictions, 0 to 1."""
        return self.correct / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of the accuracy, as shares: Wilson's score interval (1927)."""
        return _wilson_interval(self.correct, self.n)


@lru_cache(10_000)  # a leaderboard has hundreds, the same ones for everybody who looks at it
def _wilson_interval(correct: int, n: int) -> tuple[float, float]:
    test = slow_imports.load("scipy.stats").binomtest(correct, n)
    wilson = test.proportion_ci(confidence_level=0.95, method="wilson")
    return float(wilson.low), float(wilson.high)


@dataclass(frozen=True)
class PerClass:
    """Precision, recall and F1 of each class, (classes,) shares from 0 to 1, and `support`, how many images show it.

    Where a share is undefined it is 0: the precision of a class that was never predicted, the recall of one without
    images.
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    support: NDArray[np.int64]


def confusion_matrix(
    predicted: NDArray[np.integer], labels: NDArray[np.integer], classes: int = 10
) -> NDArray[np.int64]:
    """How often each class was read as each: (classes, classes) counts, a row a label, a column a predicted class."""
    from sklearn import metrics  # takes up to a second to load, here and below

    return np.asarray(metrics.confusion_matrix(labels, predicted, labels=range(classes)))


def per_class_scores(predicted: NDArray[np.integer], labels: NDArray[np.integer], classes: int = 10) -> PerClass:
    """Precision, recall, F1 and support of each class, from (n,) predicted classes and (n,) labels."""
    from sklearn import metrics

    return PerClass(*metrics.precision_recall_fscore_support(labels, predicted, labels=range(classes), zero_division=0))
