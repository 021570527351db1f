"""Synthetic digits and shapes that are no digit, for training only.

MNIST's writers drew the 1 as a bare stroke and seldom crossed the 7, so a network trained on MNIST alone misreads
glyphs that are common elsewhere. And a network that never saw a letter or a scribble takes each for a digit.
"""

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import Digits
from mnist_core.data.synthetic.glyphs import DIGIT_GLYPHS, LETTER_GLYPHS
from mnist_core.data.synthetic.handwriting import handwrite, parse_glyph, render_strokes

NO_DIGIT = 10
"""Label of a shape that is no digit."""
_PAIR_WIDTH = 0.7  # of a digit beside another one, relative to that of a single digit


def generate_digits(count: int, seed: int, start: int = 0) -> Digits:
    """Draw `count` digits of the endless series with that seed, from number `start` on.

    Each glyph is equally likely, so that a digit with more glyphs occurs more often.
    """
    glyphs = [(label, glyph) for label, variants in DIGIT_GLYPHS.items() for glyph in variants]
    images, labels = [], []
    for number in range(start, start + count):
        rng = np.random.default_rng((seed, number))
        label, glyph = glyphs[rng.integers(len(glyphs))]
        images.append(render_strokes(handwrite(parse_glyph(glyph), rng), rng))
        labels.append(label)
    return Digits(np.array(images, np.uint8).reshape(-1, 28, 28), np.array(labels, np.uint8))


def generate_non_digits(count: int, seed: int, start: int = 0) -> Digits:
    """Draw `count` letters, scribbles and groups of digits in turn, labelled `NO_DIGIT`, from number `start` on.

    For outlier exposure (Hendrycks, Mazeika and Dietterich, Deep anomaly detection with outlier exposure, 2019).
    """
    kinds = (_letter, _scribble, _letter, _pair, _letter, _zigzag, _scribble)
    images = []
    for number in range(start, start + count):
        rng = np.random.default_rng((seed, number))
        images.append(render_strokes(kinds[number % len(kinds)](rng), rng))
    return Digits(np.array(images, np.uint8).reshape(-1, 28, 28), np.full(count, NO_DIGIT, np.uint8))


def _letter(rng: np.random.Generator) -> list[NDArray[np.float64]]:
    return handwrite(parse_glyph(str(rng.choice(LETTER_GLYPHS))), rng)


def _scribble(rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """A curve through random points, or a random walk."""
    turns = int(rng.integers(8, 40))
    if rng.random() < 0.5:
        return handwrite([rng.uniform(0, 9, (turns, 2))], rng)
    walk = rng.normal(0, 1, (turns, 2)).cumsum(axis=0)
    return handwrite([4.5 + 4.5 * (walk - walk.mean(axis=0)) / np.abs(walk - walk.mean(axis=0)).max()], rng)


def _zigzag(rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """A zigzag as drawn to cross something out, horizontal or vertical."""
    turns = int(rng.integers(6, 16))
    points = np.column_stack([np.linspace(0, 9, turns), np.arange(turns) % 2 * rng.uniform(4, 9)])
    return handwrite([points if rng.random() < 0.5 else points[:, ::-1]], rng)


def _pair(rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Two or three digits side by side."""
    strokes, right = list[NDArray[np.float64]](), 0.0
    for label in rng.integers(0, 10, int(rng.integers(2, 4))).tolist():
        glyph = parse_glyph(str(rng.choice(DIGIT_GLYPHS[label])))
        digit = [stroke * [_PAIR_WIDTH, 1] for stroke in handwrite(glyph, rng)]
        left = min(stroke[:, 0].min() for stroke in digit)
        digit = [stroke + np.array([right - left, 0]) for stroke in digit]
        strokes += digit
        right = max(stroke[:, 0].max() for stroke in digit) + rng.uniform(1, 3)
    return strokes
