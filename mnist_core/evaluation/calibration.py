"""Whether a classifier's confidence matches its accuracy, and the temperature that corrects it.

After Guo, Pleiss, Sun and Weinberger, On calibration of modern neural networks (2017).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core import slow_imports
from mnist_core.evaluation.predictions import Predictions

BINS = 15
"""Equally wide bins of confidence, as in the paper."""
_SMALLEST = 1e-7
"""Replaces a probability of 0, whose logarithm would be infinite: votes and sigmoid outputs have some."""


@dataclass(frozen=True)
class Bin:
    """The `count` predictions with a confidence above `low` and at most `high`: their mean confidence and accuracy."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(predictions: Predictions, bins: int = BINS) -> list[Bin]:
    """The points of a reliability diagram: the bins that are not empty, in ascending order of confidence."""
    edges = np.linspace(0, 1, bins + 1)
    bin_of = np.searchsorted(edges[1:-1], predictions.confidence)
    diagram = []
    for number in np.unique(bin_of):
        members = bin_of == number
        confidence, accuracy = predictions.confidence[members].mean(), predictions.correct[members].mean()
        low, high = float(edges[number]), float(edges[number + 1])
        diagram.append(Bin(low, high, int(members.sum()), float(confidence), float(accuracy)))
    return diagram


def calibration_error(predictions: Predictions, bins: int = BINS) -> float:
    """The expected calibration error (ECE), 0 to 1: the mean gap of accuracy and confidence, weighted by bin size."""
    gaps = [(bin_.count, abs(bin_.accuracy - bin_.confidence)) for bin_ in reliability(predictions, bins)]
    return sum(count * gap for count, gap in gaps) / len(predictions)


def risk_coverage(predictions: Predictions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The accuracy on the images that remain when those with the least confident predictions are rejected.

    Returns (51,) rejected shares, 0 to 0.5 in steps of 0.01, and the accuracy (51,) on the remaining images for each.
    """
    most_confident_first = np.argsort(-predictions.confidence, kind="stable")
    correct = predictions.correct[most_confident_first].cumsum()
    percents = np.arange(51)
    remaining = len(predictions) - percents * len(predictions) // 100
    return percents / 100, correct[remaining - 1] / remaining


def log_loss(predictions: Predictions) -> float:
    """The mean negative log-likelihood (natural logarithm) of the labels.

    Probabilities are clipped to the precision of their dtype, 1.2e-7 for float32, so that the loss stays finite.
    """
    smallest = np.finfo(predictions.probabilities.dtype).eps
    of_labels = predictions.of_labels.astype(np.float64).clip(smallest, 1 - smallest)
    return float(-np.log(of_labels).mean())


def scale_temperature(predictions: Predictions, temperature: float) -> Predictions:
    """Temperature scaling: log-probabilities divided by `temperature`, above 1 less confident, below 1 more.

    For a softmax this equals dividing the logits. The predicted digits stay the same.
    """
    logits = _log_probabilities(predictions) / temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    return Predictions(probabilities.astype(predictions.probabilities.dtype), predictions.labels)


def with_temperature(predictions: Predictions, temperature: float | None) -> dict[str, Predictions]:
    """The predictions as they are and, where there is a temperature, scaled by it; each under a name for a legend."""
    named = {"as it is": predictions}
    if temperature is not None:
        named[f"at temperature {temperature:.2f}"] = scale_temperature(predictions, temperature)
    return named


def fit_temperature(predictions: Predictions) -> float:
    """The temperature, 0.05 to 20, that minimises the log loss of predictions for images that were held out."""
    logsumexp = slow_imports.load("scipy.special").logsumexp
    logits, rows = _log_probabilities(predictions), np.arange(len(predictions))

    def loss(inverse: float) -> float:
        scaled = logits * inverse
        return float((logsumexp(scaled, axis=1) - scaled[rows, predictions.labels]).mean())

    # The loss is convex in the inverse of the temperature.
    found = slow_imports.load("scipy.optimize").minimize_scalar(loss, bounds=(1 / 20, 1 / 0.05), method="bounded")
    return float(1 / found.x)


def _log_probabilities(predictions: Predictions) -> NDArray[np.float64]:
    """(n, classes). A probability of 0 is `_SMALLEST`, or the image's smallest other one if that is less."""
    probabilities = predictions.probabilities.astype(np.float64)
    smallest = np.where(probabilities > 0, probabilities, _SMALLEST).min(axis=1, keepdims=True).clip(max=_SMALLEST)
    return np.asarray(np.log(np.maximum(probabilities, smallest)))
