"""Predictions made up for the tests of what is said about them."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from mnist_core.evaluation.predictions import Predictions


def drawn(
    n: int, seed: int, *, temperature: float = 1.0, spread: float = 2.0
) -> tuple[Predictions, NDArray[np.float64]]:
    """Softmax predictions of random logits, and the logits (n, 10); labels come from softmax(logits / temperature)."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, spread, (n, 10))
    chances = softmax(logits / temperature, axis=1).cumsum(axis=1)
    labels = (random.random((n, 1)) > chances[:, :9]).sum(axis=1)
    return Predictions(softmax(logits, axis=1), labels.astype(np.uint8)), logits


def answering(answers: list[int], labels: list[int], confidence: list[float] | None = None) -> Predictions:
    """These answers, each as sure as is said (above 0.1); the other nine digits are equally probable."""
    sure = np.array([0.7] * len(answers) if confidence is None else confidence)
    probabilities = np.repeat((1 - sure)[:, None] / 9, 10, axis=1)
    probabilities[np.arange(len(answers)), answers] = sure
    return Predictions(probabilities, np.array(labels, np.uint8))
