"""What a classifier answers to labelled images, and which of its answers are worth a look."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation.score import Score, confusion_matrix


@dataclass(frozen=True)
class Predictions:
    """`probabilities` (n, 10) float, each row sums to 1; `labels` (n,) uint8."""

    probabilities: NDArray[np.floating]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def answers(self) -> NDArray[np.int64]:
        """The most probable digit of each image, (n,)."""
        return np.asarray(self.probabilities.argmax(axis=1))

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """Whether each answer is the label, (n,)."""
        return np.asarray(self.answers == self.labels)

    @cached_property
    def confidence(self) -> NDArray[np.float64]:
        """The probability of each answer, (n,)."""
        return np.asarray(self.probabilities.max(axis=1), np.float64)

    @cached_property
    def score(self) -> Score:
        return Score(int(self.right.sum()), len(self))

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """How often each digit was read as each: (10, 10), rows the label."""
        return confusion_matrix(self.answers, self.labels)

    # Which images to look at: indices, the most remarkable first.

    def cell(self, label: int, answer: int) -> NDArray[np.int64]:
        """The images of a digit that were read as another or as itself, in their order."""
        return np.flatnonzero((self.labels == label) & (self.answers == answer))

    def confidently_wrong(self) -> NDArray[np.int64]:
        """The images that were misread, the surest answers first."""
        wrong = np.flatnonzero(~self.right)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")]

    def least_certain(self) -> NDArray[np.int64]:
        """All images, those first whose two most probable digits are nearest to each other."""
        second, first = np.partition(self.probabilities, (8, 9), axis=1)[:, 8:].T
        return np.argsort(first - second, kind="stable")

    def suspected_labels(self) -> NDArray[np.int64]:
        """The images whose label may be wrong, the most suspect first.

        Confident learning, after Northcutt, Jiang and Chuang (2021): a digit is claimed for an image where its
        probability reaches the mean that it has over the images of that label. An image is suspect where the most
        probable of the claimed digits is not its label; the lower the probability of its label, the more.
        """
        given = np.take_along_axis(self.probabilities, self.labels[:, None].astype(np.int64), axis=1)[:, 0]
        own = [given[self.labels == digit] for digit in range(10)]
        least = np.array([each.mean() if len(each) else np.inf for each in own])
        claimed = np.where(self.probabilities >= least, self.probabilities, -1)
        suspect = np.flatnonzero((claimed.max(axis=1) >= 0) & (claimed.argmax(axis=1) != self.labels))
        return suspect[np.argsort(given[suspect], kind="stable")]
