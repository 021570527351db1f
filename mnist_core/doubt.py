"""When an answer is better "I don't know": shapes that cannot be one digit, and answers that are not sure enough."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from torch import nn

from mnist_core import models
from mnist_core.config import Loss
from mnist_core.ink.rows import split_row
from mnist_core.knn import KNN

SHARE = 0.015
"""Share of real digits for which a judge says that it does not know."""
MEASURED_ON = 2_000
"""Training images, at most, on which a judge's threshold is measured."""
_TINY = 0.1
"""Of the canvas' side."""

Shape = Literal["blank", "tiny", "several"]


def shape(ink: NDArray[np.number], pen: float = 0) -> Shape | None:
    """Why the ink of a canvas, (height, width), cannot be one digit, None where it can.

    `pen` is the width of the pen in pixels, where it is known: a dot of a broad pen is tiny too.
    """
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows) == 0:
        return "blank"
    if max(np.ptp(rows), np.ptp(columns)) < _TINY * max(ink.shape) + pen:
        return "tiny"
    return "several" if len(split_row(ink)) > 1 else None


def least_probability(model: nn.Module, loss: Loss, images: NDArray[np.uint8]) -> float:
    """The largest probability that a network gives for all but 1.5 % of the first 2,000 of (n, 28, 28) images."""
    found = models.probabilities(model, loss, images[:MEASURED_ON])
    return float(np.quantile(found.max(axis=1), SHARE))


def most_distance(judge: KNN) -> float:
    """How far the nearest other reference is for all but 1.5 % of the judge's first 2,000 references."""
    images = judge.reference.images[:MEASURED_ON]
    # The nearest is the image itself, or another one that is the same.
    return float(np.quantile(judge.neighbours(images, 2).distances[:, 1], 1 - SHARE))
