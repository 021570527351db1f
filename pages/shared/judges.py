"""What reads digits: trained networks and K nearest neighbours, loaded once and kept. Importing this imports torch."""

from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from torch import nn

from mnist_core import doubt, evaluation, knn, models
from mnist_core.blocks import Grid
from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet, Digits
from mnist_core.evaluation import Report
from mnist_core.knn import KNN, Neighbours, study
from mnist_core.store import Run
from pages.shared import loaders


def read(run: Run, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The ten probabilities that a run's network gives each of (n, 28, 28) images, (n, 10)."""
    model, config = _network(run)
    return models.probabilities(model, config.loss, images)


def read_snapshot(run: Run, epoch: int, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The same by the network as it was after so many epochs."""
    path = loaders.store().snapshot_path(run.id, epoch)
    model, config = _load(path, _modified(path))
    return models.probabilities(model, config.loss, images)


def least_probability(run: Run) -> float:
    """The probability from which a run's network is sure of its answer to a drawing."""
    path = loaders.store().model_path(run.id)
    return _least_probability(path, _modified(path), loaders.data_set())


def open_test_set(run: Run) -> Report:
    """Let a run's network read the test set, and count that it was opened."""
    model, config = _network(run)
    report = evaluation.evaluate(model, config, run.data_set, loaders.data_set())
    loaders.store().opened_test_set(run.id, report.accuracy)
    return report


@st.cache_resource(show_spinner=False, max_entries=1, hash_funcs={DataSet: lambda data_set: data_set.checksum})
def drawing_judge(data_set: DataSet) -> KNN:
    """K nearest neighbours for drawings, with all training images as reference."""
    return knn.for_drawings(data_set.train)


@st.cache_data(show_spinner=False, max_entries=1, hash_funcs={DataSet: lambda data_set: data_set.checksum})
def most_distance(data_set: DataSet) -> float:
    """The distance up to which K nearest neighbours are sure of a drawing."""
    return doubt.most_distance(drawing_judge(data_set))


@st.cache_resource(show_spinner=False, max_entries=16, hash_funcs={DataSet: lambda data_set: data_set.checksum})
def sample_judge(data_set: DataSet, per_digit: int | None, grid: Grid) -> KNN:
    """K nearest neighbours with the first `per_digit` training images of each digit as reference, None for all."""
    return KNN(data_set.train.first(per_digit), grid)


@st.cache_resource(show_spinner=False, max_entries=1, hash_funcs={DataSet: lambda data_set: data_set.checksum})
def split(data_set: DataSet) -> tuple[Digits, Digits]:
    """The references and the validation images of a study of K nearest neighbours."""
    return study.split(data_set.train)


def neighbours_of_training_image(
    judge: KNN, data_set: DataSet, per_digit: int | None, index: int, k: int
) -> Neighbours:
    """The k nearest references of a training image, which is no neighbour of itself."""
    train = data_set.train
    itself = index if per_digit is None else _place(train.first_of_each(per_digit), index)
    return judge.neighbours(train.images[index : index + 1], k + 1).without(itself)


def _place(indices: NDArray[np.int64], index: int) -> int:
    """Where `index` is among ascending indices, -1 where it is not."""
    place = int(indices.searchsorted(index))
    return place if place < len(indices) and indices[place] == index else -1


def _network(run: Run) -> tuple[nn.Module, TrainingConfig]:
    path = loaders.store().model_path(run.id)
    return _load(path, _modified(path))


def _modified(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


@st.cache_data(show_spinner=False, max_entries=64, hash_funcs={DataSet: lambda data_set: data_set.checksum})
def _least_probability(path: Path, modified: int, data_set: DataSet) -> float:
    model, config = _load(path, modified)
    return doubt.least_probability(model, config.loss, data_set.train.images)


@st.cache_resource(show_spinner=False, max_entries=64)
def _load(path: Path, modified: int) -> tuple[nn.Module, TrainingConfig]:
    """`modified` makes a file that was written anew be read anew."""
    return models.load(path)
