"""Digits, and shapes that are none, drawn by the program: what MNIST's writers hardly drew, for training only.

MNIST's writers drew the 1 as a bare stroke and seldom barred the 7; a network that saw nothing else misreads the forms
that much of the world draws. And one that never saw a letter or a scribble takes each for a digit.
"""

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import Digits
from mnist_core.data.synthetic.glyphs import DIGITS, LETTERS
from mnist_core.data.synthetic.handwriting import parse, render, write

NO_DIGIT = 10
"""Label of a shape that is no digit."""
_NARROW = 0.7
"""Width of a digit in a row, beside that of one alone."""


def draw_digits(count: int, seed: int) -> Digits:
    """`count` digits, all forms in `forms.DIGITS` about as often: a digit that people draw in many ways comes often."""
    chance = np.random.default_rng(seed)
    forms = [(label, form) for label, ways in DIGITS.items() for form in ways]
    chosen = [forms[number] for number in chance.integers(0, len(forms), count)]
    images = [render(write(parse(form), chance), chance) for _, form in chosen]
    labels = np.array([label for label, _ in chosen], np.uint8)
    return Digits(np.array(images, np.uint8).reshape(-1, 28, 28), labels)


def draw_non_digits(count: int, seed: int) -> Digits:
    """`count` letters, scribbles and pairs of digits in turn, labelled `NO_DIGIT`.

    For outlier exposure (Hendrycks, Mazeika and Dietterich, Deep anomaly detection with outlier exposure, 2019).
    """
    chance = np.random.default_rng(seed)
    kinds = (_letter, _scribble, _letter, _pair, _letter, _zigzag, _scribble)
    images = [render(kinds[number % len(kinds)](chance), chance) for number in range(count)]
    return Digits(np.array(images, np.uint8).reshape(-1, 28, 28), np.full(count, NO_DIGIT, np.uint8))


def _digit(label: int, chance: np.random.Generator) -> list[NDArray[np.float64]]:
    return write(parse(str(chance.choice(DIGITS[label]))), chance)


def _letter(chance: np.random.Generator) -> list[NDArray[np.float64]]:
    return write(parse(str(chance.choice(LETTERS))), chance)


def _scribble(chance: np.random.Generator) -> list[NDArray[np.float64]]:
    """A curve to and fro without an aim: from anywhere to anywhere, or a walk."""
    turns = int(chance.integers(8, 40))
    if chance.random() < 0.5:
        return write([chance.uniform(0, 9, (turns, 2))], chance)
    walk = chance.normal(0, 1, (turns, 2)).cumsum(axis=0)
    return write([4.5 + 4.5 * (walk - walk.mean(axis=0)) / np.abs(walk - walk.mean(axis=0)).max()], chance)


def _zigzag(chance: np.random.Generator) -> list[NDArray[np.float64]]:
    """Up and down while moving on, as one crosses something out, lying in any direction."""
    turns = int(chance.integers(6, 16))
    places = np.column_stack([np.linspace(0, 9, turns), np.arange(turns) % 2 * chance.uniform(4, 9)])
    return write([places if chance.random() < 0.5 else places[:, ::-1]], chance)


def _pair(chance: np.random.Generator) -> list[NDArray[np.float64]]:
    """Two or three digits side by side."""
    strokes, right = list[NDArray[np.float64]](), 0.0
    for label in chance.integers(0, 10, int(chance.integers(2, 4))).tolist():
        digit = [stroke * [_NARROW, 1] for stroke in _digit(label, chance)]
        left = min(stroke[:, 0].min() for stroke in digit)
        digit = [stroke + np.array([right - left, 0]) for stroke in digit]
        strokes += digit
        right = max(stroke[:, 0].max() for stroke in digit) + chance.uniform(1, 3)
    return strokes
