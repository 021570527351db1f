"""How well a classifier reads digits that are made harder to read: from clean to severe, one way at a time."""

import json
from collections.abc import Callable, Sequence

import numpy as np

from mnist_core.data import Digits
from mnist_core.evaluation.classifier import Classifier
from mnist_core.evaluation.corruptions import Corruption, corrupt

_SLICE = 1024
"""Images between two looks at whether the study is still wanted: at most half a second."""


def key(classifier: Classifier, checksum: str, corruption: Corruption) -> str:
    """Names a measurement on the images of that checksum, for keeping its result. It begins with the classifier's."""
    levels = [corruption.key, corruption.clean, *corruption.strengths]
    return f"{classifier.key}|robustness|{checksum}|{json.dumps(levels)}"


def measure(
    classifier: Classifier,
    digits: Digits,
    corruption: Corruption,
    progress: Callable[[float], None] = lambda share: None,
) -> list[int]:
    """How many of the digits are read right when clean and at each of the five strengths: six numbers.

    All classifiers get the same images. `progress` is told the share done, 0 to 1.
    """
    levels = (corruption.clean, *corruption.strengths)
    right = []
    for done, strength in enumerate(levels):
        images = corrupt(digits.images, corruption, strength)
        count = 0
        for first in range(0, len(digits), _SLICE):
            part = slice(first, first + _SLICE)
            answers = classifier.probabilities(images[part]).argmax(axis=1)
            count += int((answers == digits.labels[part]).sum())
            progress((done + min(1.0, (first + _SLICE) / len(digits))) / len(levels))
        right.append(count)
    return right


def accuracies(right: Sequence[int], n: int) -> list[float]:
    """The shares of n digits that are read right, clean first."""
    return [count / n for count in right]


def mean_accuracy(right: Sequence[int], n: int) -> float:
    """The mean accuracy over the strengths, without the clean images: one number for how robust a classifier is."""
    return float(np.mean(accuracies(right[1:], n)))


def to_bytes(right: Sequence[int]) -> bytes:
    return json.dumps(list(right)).encode()


def from_bytes(content: bytes) -> list[int]:
    return [int(count) for count in json.loads(content)]
