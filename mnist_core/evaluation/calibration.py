"""Whether a classifier is as sure as it is right, and its temperature.

After Guo, Pleiss, Sun and Weinberger, On calibration of modern neural networks (2017).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation.predictions import Predictions

BINS = 15
"""Equally wide bins of confidence, as in the paper."""
_LEAST = 1e-7
"""A probability of 0, which a vote or a cut-off output has, counts as this much at a temperature."""
_TEMPERATURES = (0.05, 20.0)


@dataclass(frozen=True)
class Bin:
    """The answers whose confidence is above `low` and at most `high`: their mean confidence and their accuracy."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(predictions: Predictions, bins: int = BINS) -> list[Bin]:
    """The bins that hold answers, from the least to the most confident."""
    edges = np.linspace(0, 1, bins + 1)
    places = np.searchsorted(edges[1:-1], predictions.confidence)
    found = []
    for place in np.unique(places):
        inside = places == place
        confidence, accuracy = predictions.confidence[inside].mean(), predictions.right[inside].mean()
        low, high = float(edges[place]), float(edges[place + 1])
        found.append(Bin(low, high, int(inside.sum()), float(confidence), float(accuracy)))
    return found


def calibration_error(predictions: Predictions, bins: int = BINS) -> float:
    """The expected calibration error, 0 to 1: the mean distance of confidence and accuracy, weighted by the answers."""
    found = reliability(predictions, bins)
    return sum(each.count * abs(each.accuracy - each.confidence) for each in found) / len(predictions)


def risk_coverage(predictions: Predictions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The accuracy of the answers that are left where the least confident ones are withheld.

    Returns the shares withheld, 0 to 0.5 in steps of a hundredth, and the accuracy for each.
    """
    surest = np.argsort(-predictions.confidence, kind="stable")
    right = predictions.right[surest].cumsum()
    hundredths = np.arange(51)
    left = len(predictions) - hundredths * len(predictions) // 100
    return hundredths / 100, right[left - 1] / left


def log_loss(predictions: Predictions) -> float:
    """The mean of minus the natural logarithm of the label's probability.

    As in scikit-learn, a probability is no nearer to 0 and 1 than its precision, 1.2e-7 in float32, or one wrong answer
    could make the loss infinite.
    """
    rows, probabilities = np.arange(len(predictions)), predictions.probabilities
    least = np.finfo(probabilities.dtype).eps
    given = probabilities[rows, predictions.labels].clip(least, 1 - least)
    return float(-np.log(given.astype(np.float64)).mean())


def tempered(predictions: Predictions, temperature: float) -> Predictions:
    """The predictions of which every logarithm is divided by a temperature: above 1 they get less sure, below surer.

    For a softmax that is dividing the logits. The answers stay the same.
    """
    logarithms = _logarithms(predictions) / temperature
    weights = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
    shares = weights / weights.sum(axis=1, keepdims=True)
    return Predictions(shares.astype(predictions.probabilities.dtype), predictions.labels)


def versions(predictions: Predictions, temperature: float | None) -> dict[str, Predictions]:
    """The predictions as they are, and at a temperature where there is one, by names for people."""
    found = {"as it is": predictions}
    if temperature is not None:
        found[f"at temperature {temperature:.2f}"] = tempered(predictions, temperature)
    return found


def fit_temperature(predictions: Predictions) -> float:
    """The temperature, 0.05 to 20, with which predictions on images held out have the least log loss."""
    from scipy.optimize import minimize_scalar  # takes half a second to load
    from scipy.special import logsumexp

    logarithms, rows = _logarithms(predictions), np.arange(len(predictions))

    def loss(inverse: float) -> float:
        scaled = logarithms * inverse
        return float((logsumexp(scaled, axis=1) - scaled[rows, predictions.labels]).mean())

    # The loss is convex in the inverse of the temperature.
    least, most = (1 / temperature for temperature in reversed(_TEMPERATURES))
    return float(1 / minimize_scalar(loss, bounds=(least, most), method="bounded").x)


def _logarithms(predictions: Predictions) -> NDArray[np.float64]:
    """Of the probabilities, (n, 10); a 0 counts as `_LEAST`, or as the least other one of its image."""
    probabilities = predictions.probabilities.astype(np.float64)
    least = np.where(probabilities > 0, probabilities, _LEAST).min(axis=1, keepdims=True).clip(max=_LEAST)
    return np.asarray(np.log(np.maximum(probabilities, least)))
