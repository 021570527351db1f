"""Numbers of right and wrong answers: accuracy with its interval, confusion matrix, precision, recall and F1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Score:
    """`right` of `n` images were read correctly; n is at least 1."""

    right: int
    n: int

    @classmethod
    def of(cls, answers: NDArray[np.integer], labels: NDArray[np.integer]) -> "Score":
        """Compare (n,) answers to (n,) labels."""
        return cls(int((answers == labels).sum()), len(labels))

    @property
    def accuracy(self) -> float:
        """The share of right answers, 0 to 1."""
        return self.right / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the accuracy, as shares; Wilson's (1927)."""
        from scipy.stats import binomtest  # takes a second to load

        found = binomtest(self.right, self.n).proportion_ci(confidence_level=0.95, method="wilson")
        return float(found.low), float(found.high)


@dataclass(frozen=True)
class PerClass:
    """How well each digit is read, (10,) each: shares from 0 to 1, and how many images there are of it.

    A share of nothing is 0: the precision of a digit that was never answered, the recall of one that never came.
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    images: NDArray[np.int64]


def confusion_matrix(answers: NDArray[np.integer], labels: NDArray[np.integer]) -> NDArray[np.int64]:
    """How often each digit was read as each: (10, 10), rows the label, columns the answer."""
    pairs = 10 * labels.astype(np.int64) + answers
    return np.bincount(pairs, minlength=100).astype(np.int64).reshape(10, 10)


def per_class_scores(confusion: NDArray[np.int64]) -> PerClass:
    """Precision, recall and their harmonic mean F1 of each digit, from a confusion matrix (10, 10)."""
    right, answered, images = confusion.diagonal(), confusion.sum(axis=0), confusion.sum(axis=1)
    return PerClass(
        precision=right / np.maximum(answered, 1),
        recall=right / np.maximum(images, 1),
        f1=2 * right / np.maximum(answered + images, 1),
        images=images,
    )
