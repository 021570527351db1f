"""Synthetic digits and shapes that are no digit, for training only.

MNIST's writers drew the 1 as a bare stroke and seldom crossed the 7, so a network trained on MNIST alone misreads
glyphs that are common elsewhere. And a network that never saw a letter or a scribble takes each for a digit.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import Digits
from mnist_core.data.synthetic.glyphs import DIGIT_GLYPHS, LETTER_GLYPHS
from mnist_core.data.synthetic.handwriting import Sketch, handwrite, parse_glyph, render, sketch

NO_DIGIT = 10
"""Label of a shape that is no digit."""
_PAIR_WIDTH = 0.7  # of a digit beside another one, relative to that of a single digit


def generate_digits(count: int, seed: int) -> Digits:
    """Draw `count` digits; each glyph is equally likely, so that a digit with more glyphs occurs more often."""
    return render_all(*sketch_digits(count, seed))


def generate_non_digits(count: int, seed: int) -> Digits:
    """Draw `count` letters, scribbles and groups of digits in turn, labelled `NO_DIGIT`.

    For outlier exposure (Hendrycks, Mazeika and Dietterich, Deep anomaly detection with outlier exposure, 2019).
    """
    return render_all(*sketch_non_digits(count, seed))


def sketch_digits(count: int, seed: int) -> tuple[list[Sketch], list[int]]:
    """What `generate_digits` renders, and the labels."""
    rng = np.random.default_rng(seed)
    glyphs = [(label, glyph) for label, variants in DIGIT_GLYPHS.items() for glyph in variants]
    chosen = [glyphs[number] for number in rng.integers(0, len(glyphs), count)]
    return [sketch(handwrite(parse_glyph(glyph), rng), rng) for _, glyph in chosen], [label for label, _ in chosen]


def sketch_non_digits(count: int, seed: int) -> tuple[list[Sketch], list[int]]:
    """What `generate_non_digits` renders, and the labels."""
    rng = np.random.default_rng(seed)
    kinds = (_letter, _scribble, _letter, _pair, _scribble, _zigzag, _scribble)
    return [sketch(kinds[number % len(kinds)](rng), rng) for number in range(count)], count * [NO_DIGIT]


def render_all(sketches: Sequence[Sketch], labels: Sequence[int]) -> Digits:
    """Render sketches, which takes most of the time; each by itself, so that parts can be rendered in parallel."""
    images = np.array([render(each) for each in sketches], np.uint8)
    return Digits(images.reshape(-1, 28, 28), np.array(labels, np.uint8))


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
