"""How well K nearest neighbours reads: over k, over grids and over the number of references.

Measured on validation images, which are held out of the training images; the test set stays closed.
"""

import io
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from mnist_core import data
from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet, Digits
from mnist_core.knn.blocks import Grid
from mnist_core.knn.classifier import KNN

MOST_K = 25
VALIDATION_SHARE = 0.15
"""Of the training images, drawn with seed 0: the same that a run holds out with this share and seed."""
SIDES = (2, 3, 4, 5, 7, 10, 14, 28)
"""Rows and columns of the grids that are compared with each other, besides the current."""
CURVES = ((2, 2), (3, 3), (5, 4), (7, 7), (14, 14), (28, 28))
"""Rows and columns of the grids whose accuracy is drawn over k."""
PER_DIGIT = (3, 10, 30, 100, 300, 1000, 3000)
"""References a digit for the learning curve, before all of them."""

_SLICE = 1024
"""Images between two looks at whether the study is still wanted: at most half a second."""


@dataclass(frozen=True)
class Setting:
    """One measurement: a grid, and how many references a digit (None: all that are not held out)."""

    grid: Grid
    per_digit: int | None

    def key(self, data_set: DataSet) -> str:
        """Names the measurement on a data set, for keeping its result."""
        return json.dumps({"knn": asdict(self), "validation": VALIDATION_SHARE, "data": data_set.checksum})


@dataclass(frozen=True)
class Result:
    """`answers` (n, MOST_K) uint8 for k = 1 to MOST_K on the n validation images, and the seconds that it took."""

    answers: NDArray[np.uint8]
    seconds: float

    def accuracies(self, labels: NDArray[np.uint8]) -> NDArray[np.float64]:
        """The share of right answers for each k, (MOST_K,)."""
        return np.asarray((self.answers == labels[:, None]).mean(axis=0))

    def to_bytes(self) -> bytes:
        file = io.BytesIO()
        np.savez_compressed(file, answers=self.answers, seconds=self.seconds)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Result":
        arrays = np.load(io.BytesIO(content))
        return cls(arrays["answers"], float(arrays["seconds"]))


def split(train: Digits) -> tuple[Digits, Digits]:
    """The references and the validation images."""
    return data.hold_out(train, VALIDATION_SHARE, None, seed=0)


def unseen(config: TrainingConfig, train: Digits) -> NDArray[np.bool]:
    """Which of the n validation images a network with these settings is not trained on, (n,)."""
    _, held_out = data.split_indices(len(train), VALIDATION_SHARE, None, seed=0)
    trained_on, _ = data.split_indices(len(train), config.validation_share, config.train_size, config.seed)
    return np.isin(held_out, trained_on, invert=True)


def plan(current: Setting, references: Digits) -> list[Setting]:
    """What to measure around the current setting, what is asked for first; each once."""
    settings = curves(current)
    settings += learning_curve(current, references)
    settings += grids(current)
    return list(dict.fromkeys(settings))


def curves(current: Setting) -> list[Setting]:
    """The current setting, and the same with each grid of CURVES; each once."""
    others = [replace(current, grid=replace(current.grid, rows=r, columns=c)) for r, c in CURVES]
    return list(dict.fromkeys([current, *others]))


def grids(current: Setting) -> list[Setting]:
    """The current setting with every grid of `sides`, row by row."""
    return [replace(current, grid=replace(current.grid, rows=r, columns=c)) for r, c in product(*sides(current))]


def sides(current: Setting) -> tuple[list[int], list[int]]:
    """The rows and the columns of the grids that are compared: SIDES and those of the current setting."""
    return sorted({*SIDES, current.grid.rows}), sorted({*SIDES, current.grid.columns})


def cost(setting: Setting, references: Digits) -> float:
    """How long a measurement takes beside another: it grows with the references and with the blocks."""
    count = len(references) if setting.per_digit is None else 10 * setting.per_digit
    # On two cores the search of a 14x14 grid takes three times as long as that of a 5x4 grid.
    return (count + 1000.0) * (setting.grid.blocks + 70)


def learning_curve(current: Setting, references: Digits) -> list[Setting]:
    """The current setting with ever more references."""
    most = references.smallest_class()
    return [replace(current, per_digit=count) for count in (*(n for n in PER_DIGIT if n < most), None)]


def measure(
    setting: Setting, references: Digits, validation: Digits, progress: Callable[[float], None] = lambda share: None
) -> Result:
    """Let the references of a setting read the validation images; `progress` is told the share done, 0 to 1."""
    started = time.perf_counter()
    model = KNN(references.first(setting.per_digit), setting.grid)
    answers = []
    for first in range(0, len(validation), _SLICE):
        found = model.neighbours(validation.images[first : first + _SLICE], MOST_K)
        answers.append(found.answers().astype(np.uint8))
        progress(min(1.0, (first + _SLICE) / len(validation)))
    return Result(np.concatenate(answers), time.perf_counter() - started)
