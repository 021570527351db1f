"""The validation accuracy of K nearest neighbours over k, over grids and over the number of references.

The validation images are held out of the training images; the test set is not used.
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

MAX_K = 25
VALIDATION_SHARE = 0.15
"""Share of the training images, drawn with seed 0: the images that a run with this share and seed holds out."""
GRID_SIDES = (2, 3, 4, 5, 7, 10, 14, 28)
"""Rows and columns of the grids that are compared, in addition to the current ones."""
CURVE_GRIDS = ((2, 2), (3, 3), (5, 4), (7, 7), (14, 14), (28, 28))
"""Rows and columns of the grids whose accuracy is shown over k."""
REFERENCES_PER_DIGIT = (3, 10, 30, 100, 300, 1000, 3000)
"""References per digit at the points of the learning curve, whose last point uses all references."""
_BATCH = 1024  # images between two calls of `progress`, which may cancel the study: at most half a second


@dataclass(frozen=True)
class KNNSettings:
    """What a measurement depends on: the grid, and the references per digit (None: all that are not held out)."""

    grid: Grid
    per_digit: int | None

    def key(self, data_set: DataSet) -> str:
        """The key under which the result on a data set is stored."""
        return json.dumps({"knn": asdict(self), "validation": VALIDATION_SHARE, "data": data_set.checksum})


@dataclass(frozen=True)
class StudyResult:
    """The digits predicted for n validation images: `predictions` (n, MAX_K) uint8, with column j for k = j + 1.

    Where k is more than the number of references, all of them vote.
    """

    predictions: NDArray[np.uint8]
    seconds: float
    """How long the measurement took."""

    def accuracies(self, labels: NDArray[np.uint8]) -> NDArray[np.float64]:
        """The share of correct predictions for each k, (MAX_K,)."""
        return np.asarray((self.predictions == labels[:, None]).mean(axis=0))

    def to_bytes(self) -> bytes:
        """The result as an NPZ file, for `from_bytes`; results of version 0.1 have the same names in it."""
        file = io.BytesIO()
        np.savez_compressed(file, answers=self.predictions, seconds=self.seconds)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "StudyResult":
        arrays = np.load(io.BytesIO(content))
        return cls(arrays["answers"], float(arrays["seconds"]))


def split_references(train: Digits) -> tuple[Digits, Digits]:
    """Split the training images into the references and the validation images."""
    return data.hold_out(train, VALIDATION_SHARE, None, seed=0)


def not_trained_on(config: TrainingConfig, train: Digits) -> NDArray[np.bool]:
    """Mask (n,) of the validation images that a network with this configuration is not trained on."""
    _, held_out = data.split_indices(len(train), VALIDATION_SHARE, None, seed=0)
    trained_on, _ = data.split_indices(len(train), config.validation_share, config.train_size, config.seed)
    return np.isin(held_out, trained_on, invert=True)


def plan(current: KNNSettings, references: Digits) -> list[KNNSettings]:
    """All settings to measure around the current ones, without duplicates, in the order in which they are measured."""
    wanted = [*k_curve_settings(current), *learning_curve_settings(current, references), *grid_settings(current)]
    return list(dict.fromkeys(wanted))


def k_curve_settings(current: KNNSettings) -> list[KNNSettings]:
    """The current settings, and the same with each grid of CURVE_GRIDS, without duplicates."""
    others = [replace(current, grid=replace(current.grid, rows=r, columns=c)) for r, c in CURVE_GRIDS]
    return list(dict.fromkeys([current, *others]))


def grid_settings(current: KNNSettings) -> list[KNNSettings]:
    """The current settings with every combination of `grid_sides`, row by row."""
    return [replace(current, grid=replace(current.grid, rows=r, columns=c)) for r, c in product(*grid_sides(current))]


def grid_sides(current: KNNSettings) -> tuple[list[int], list[int]]:
    """The rows and the columns of the grids that are compared: GRID_SIDES and those of the current grid."""
    return sorted({*GRID_SIDES, current.grid.rows}), sorted({*GRID_SIDES, current.grid.columns})


def reference_count(settings: KNNSettings, references: Digits) -> int:
    """How many of the references the settings take, of all classes together."""
    per_class = settings.per_digit
    return len(references) if per_class is None else len(np.unique(references.labels)) * per_class


def relative_cost(settings: KNNSettings, references: Digits) -> float:
    """How long a measurement takes, in arbitrary units: it grows with the references and the blocks."""
    count = reference_count(settings, references)
    # On two cores the search of a 14x14 grid takes three times as long as that of a 5x4 grid.
    return (count + 1000.0) * (settings.grid.blocks + 70)


def learning_curve_settings(current: KNNSettings, references: Digits) -> list[KNNSettings]:
    """The current settings with increasing numbers of references."""
    most = references.smallest_class()
    return [replace(current, per_digit=count) for count in (*(n for n in REFERENCES_PER_DIGIT if n < most), None)]


def measure(
    settings: KNNSettings,
    references: Digits,
    validation: Digits,
    progress: Callable[[float], None] = lambda share: None,
) -> StudyResult:
    """Classify the validation images for every k up to `MAX_K`; `progress` is called with the share done, 0 to 1."""
    started = time.perf_counter()
    model = KNN(references.first(settings.per_digit), settings.grid)
    predictions, most = [], model.at_most(MAX_K)
    for first in range(0, len(validation), _BATCH):
        neighbours = model.find_neighbours(validation.images[first : first + _BATCH], most)
        predicted = neighbours.predictions().astype(np.uint8)
        predictions.append(np.pad(predicted, ((0, 0), (0, MAX_K - most)), "edge"))
        progress(min(1.0, (first + _BATCH) / len(validation)))
    return StudyResult(np.concatenate(predictions), time.perf_counter() - started)
