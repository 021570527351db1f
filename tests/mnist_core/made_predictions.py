"""Predictions made up for tests."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from mnist_core.evaluation.predictions import Predictions


def random_predictions(
    n: int, seed: int, *, temperature: float = 1.0, spread: float = 2.0
) -> tuple[Predictions, NDArray[np.float64]]:
    """Softmax predictions of random logits, and the logits (n, 10); labels come from softmax(logits / temperature)."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, spread, (n, 10))
    cumulative = softmax(logits / temperature, axis=1).cumsum(axis=1)
    labels = (rng.random((n, 1)) > cumulative[:, :9]).sum(axis=1)
    return Predictions(softmax(logits, axis=1), labels.astype(np.uint8)), logits


def predicting(predicted: list[int], labels: list[int], confidence: list[float] | None = None) -> Predictions:
    """Predictions of these digits with these confidences, above 0.1; the other nine digits are equally probable."""
    confidences = np.array([0.7] * len(predicted) if confidence is None else confidence)
    probabilities = np.repeat((1 - confidences)[:, None] / 9, 10, axis=1)
    probabilities[np.arange(len(predicted)), predicted] = confidences
    return Predictions(probabilities, np.array(labels, np.uint8))
