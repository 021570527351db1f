"""Accuracy on digits that are corrupted ever more strongly, one corruption at a time; measured once and stored."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import numpy as np

from mnist_core.data import Digits
from mnist_core.evaluation.classifier import Classifier
from mnist_core.evaluation.corruptions import Corruption, corrupt
from mnist_core.store import Store

Progress: TypeAlias = Callable[[float], None]
_BATCH = 1024
"""Images between two reports of progress, at which a measurement can be cancelled: at most half a second's work."""


def count_correct(
    classifier: Classifier, digits: Digits, corruption: Corruption, progress: Progress = lambda _: None
) -> list[int]:
    """How many of the digits are read correctly when clean and at each of the five strengths: six counts.

    The corrupted images are the same for every classifier. `progress` is called with the share done, 0 to 1.
    """
    levels = (corruption.clean, *corruption.strengths)
    counts = []
    for done, strength in enumerate(levels):
        images = corrupt(digits.images, corruption, strength)
        count = 0
        for first in range(0, len(digits), _BATCH):
            batch = slice(first, first + _BATCH)
            predicted = classifier.probabilities(images[batch]).argmax(axis=1)
            count += int((predicted == digits.labels[batch]).sum())
            progress((done + min(1.0, (first + _BATCH) / len(digits))) / len(levels))
        counts.append(count)
    return counts


def accuracies(correct: Sequence[int], n: int) -> list[float]:
    """The accuracies on n digits, 0 to 1, clean first."""
    return [count / n for count in correct]


def mean_accuracy(correct: Sequence[int], n: int) -> float:
    """The mean accuracy over the five strengths, without the clean digits: the robustness as one number."""
    return float(np.mean(accuracies(correct[1:], n)))


def measure_robustness(
    store: Store, classifier: Classifier, digits: Digits, corruption: Corruption, progress: Progress = lambda _: None
) -> list[int]:
    """What `count_correct` returns: read from the store, or measured and stored."""
    stored = stored_robustness(store, [classifier], digits, [corruption])
    if stored:
        return stored[classifier.key, corruption.key]
    counts = count_correct(classifier, digits, corruption, progress)
    store.results.put(_key(classifier, digits, corruption), json.dumps(counts).encode())
    return counts


def stored_robustness(
    store: Store, classifiers: Iterable[Classifier], digits: Digits, corruptions: Sequence[Corruption]
) -> dict[tuple[str, str], list[int]]:
    """The six counts of `count_correct` by (`classifier.key`, `corruption.key`), where they were measured before.

    One query for all of them.
    """
    keys = {
        _key(classifier, digits, corruption): (classifier.key, corruption.key)
        for classifier in classifiers
        for corruption in corruptions
    }
    return {keys[key]: json.loads(content) for key, content in store.results.get(list(keys)).items()}


def _key(classifier: Classifier, digits: Digits, corruption: Corruption) -> str:
    levels = [corruption.key, corruption.clean, *corruption.strengths]
    return f"{classifier.key}|robustness|{digits.checksum}|{json.dumps(levels)}"
