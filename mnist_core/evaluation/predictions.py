"""What a classifier predicts for labelled images, and which of these images are worth looking at."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation.score import Score, confusion_matrix


@dataclass(frozen=True)
class Predictions:
    """`probabilities` (n, classes) float, each row sums to 1; `labels` (n,) uint8."""

    probabilities: NDArray[np.floating]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def classes(self) -> int:
        return int(self.probabilities.shape[1])

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """The most probable digit of each image, (n,)."""
        return np.asarray(self.probabilities.argmax(axis=1))

    @cached_property
    def correct(self) -> NDArray[np.bool_]:
        """Whether the predicted digit is the label, (n,)."""
        return np.asarray(self.predicted == self.labels)

    @cached_property
    def confidence(self) -> NDArray[np.float64]:
        """The probability of the predicted digit, (n,)."""
        return np.asarray(self.probabilities.max(axis=1), np.float64)

    @cached_property
    def of_labels(self) -> NDArray[np.floating]:
        """The probability of the label of each image, (n,)."""
        return np.take_along_axis(self.probabilities, self.labels[:, None].astype(np.int64), axis=1)[:, 0]

    @cached_property
    def score(self) -> Score:
        """How many of the predictions are correct."""
        return Score(int(self.correct.sum()), len(self))

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """The confusion matrix (classes, classes): a row a label, a column a predicted class."""
        return confusion_matrix(self.predicted, self.labels, self.classes)

    # The methods below select images: each returns their indices.

    def confused(self, label: int, predicted: int) -> NDArray[np.int64]:
        """The images in one cell of the confusion matrix, in ascending order."""
        return np.flatnonzero((self.labels == label) & (self.predicted == predicted))

    def confidently_wrong(self) -> NDArray[np.int64]:
        """The misread images, the most confident predictions first."""
        wrong = np.flatnonzero(~self.correct)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")]

    def least_certain(self) -> NDArray[np.int64]:
        """All images, by the margin between their two most probable classes, the smallest margin first.

        As they are where there is one class only.
        """
        ascending = np.sort(self.probabilities, axis=1)
        margins = ascending[:, -1] - ascending[:, -2:][:, 0]
        return np.argsort(margins, kind="stable")

    def suspected_labels(self) -> NDArray[np.int64]:
        """The images whose label may be wrong, the least probable label first.

        Confident learning, after Northcutt, Jiang and Chuang (2021). The threshold of a digit is its mean probability
        over the images labelled with it. An image is a candidate for each digit whose probability reaches the digit's
        threshold; its label is suspected where the most probable of these digits is another one.
        """
        by_digit = [self.of_labels[self.labels == digit] for digit in range(self.classes)]
        thresholds = np.array([values.mean() if len(values) else np.inf for values in by_digit])
        candidates = np.where(self.probabilities >= thresholds, self.probabilities, -1)
        suspected = np.flatnonzero((candidates.max(axis=1) >= 0) & (candidates.argmax(axis=1) != self.labels))
        return suspected[np.argsort(self.of_labels[suspected], kind="stable")]
