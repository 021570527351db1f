"""What reads digits: trained networks and K nearest neighbours, loaded once and kept. Importing this imports torch."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import nn

from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet, Digits
from mnist_core.evaluation import rejection_thresholds, test_set
from mnist_core.evaluation.classifier import KNNClassifier, NetworkClassifier
from mnist_core.knn import study
from mnist_core.knn.blocks import Grid
from mnist_core.knn.classifier import KNN, knn_for_drawings
from mnist_core.knn.votes import NearestNeighbours
from mnist_core.store import Run, Store
from mnist_core.training import networks
from ui import resources


def predict_snapshot(run: Run, epoch: int, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The ten probabilities, (n, 10), that a run's network gave each of (n, 28, 28) images after so many epochs."""
    path = resources.store().files.snapshot_path(run.id, epoch)
    model, config = _snapshot(path, _modified(path))
    return networks.probabilities(model, config.loss, images)


def network_classifier(run: Run) -> NetworkClassifier:
    """A run's network, read once; `DigitLabError` where there is none."""
    return _load_classifier(resources.store(), run.id, _modified(resources.store().files.network_path(run.id)))


@st.cache_data(show_spinner=False, max_entries=64, hash_funcs=resources.HASH_FUNCS)
def most_perplexity(network: NetworkClassifier, data_set: DataSet) -> float:
    """The perplexity up to which a network is sure of its answer to a drawing."""
    model, loss = network.model, network.config.loss
    return rejection_thresholds.perplexity_threshold(model, loss, data_set.train.images, network.classes)


@st.cache_resource(show_spinner=False, max_entries=1, hash_funcs=resources.HASH_FUNCS)
def drawing_knn(data_set: DataSet) -> KNN:
    """K nearest neighbours for drawings, with all training images as reference."""
    return knn_for_drawings(data_set.train)


@st.cache_data(show_spinner=False, max_entries=1, hash_funcs=resources.HASH_FUNCS)
def most_distance(data_set: DataSet) -> float:
    """The distance up to which K nearest neighbours are sure of a drawing."""
    return rejection_thresholds.distance_threshold(drawing_knn(data_set))


# Few are kept: with all of MNIST each holds 5 MB (5x4 blocks) or more, and is made faster in memory that another freed.
@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs=resources.HASH_FUNCS)
def sample_knn(data_set: DataSet, per_digit: int | None, grid: Grid) -> KNN:
    """K nearest neighbours with the first `per_digit` training images of each digit as reference, None for all."""
    return KNN(data_set.train.first(per_digit), grid)


@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs=resources.HASH_FUNCS)
def knn_classifier(data_set: DataSet, setting: study.KNNSettings, k: int) -> KNNClassifier:
    """K nearest neighbours as a classifier that can be evaluated."""
    return KNNClassifier(data_set, setting, k)


@st.cache_resource(show_spinner=False, max_entries=1, hash_funcs=resources.HASH_FUNCS)
def split(data_set: DataSet) -> tuple[Digits, Digits]:
    """The references and the validation images of a study of K nearest neighbours."""
    return study.split_references(data_set.train)


def neighbours_of_training_image(
    knn: KNN, data_set: DataSet, per_digit: int | None, index: int, k: int
) -> NearestNeighbours:
    """The k nearest references of a training image, which is no neighbour of itself, or all where there are fewer."""
    train = data_set.train
    references = np.arange(len(train)) if per_digit is None else train.first_indices(per_digit)
    image, itself = train.images[index : index + 1], np.flatnonzero(references == index)
    if not len(itself):
        return knn.find_neighbours(image, knn.at_most(k))
    return knn.find_neighbours(image, knn.at_most(k + 1)).without(int(itself[0]))


def _modified(path: Path) -> int:
    """Makes a file that was written anew be read anew."""
    return path.stat().st_mtime_ns if path.exists() else 0


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=resources.HASH_FUNCS)
def _load_classifier(store: Store, run_id: int, modified: int) -> NetworkClassifier:
    return test_set.load_classifier(store, store.runs.get(run_id))


@st.cache_resource(show_spinner=False, max_entries=64)
def _snapshot(path: Path, modified: int) -> tuple[nn.Module, TrainingConfig]:
    return networks.load_network(path)


_setting_threads = threading.Lock()


def use_one_thread() -> None:
    """Let PyTorch compute in this thread alone."""
    with _setting_threads:
        default = torch.get_num_threads()
        torch.set_num_threads(1)
        # It is the default of later threads now, too; a thread that sets it back leaves the number of this one alone.
        setter = threading.Thread(target=torch.set_num_threads, args=(default,))
        setter.start()
        setter.join()


READERS = ThreadPoolExecutor(2, "reader", use_one_thread)
"""Threads that stay, each with one of PyTorch's, to read one drawing: the network in one, neighbours in the other.

A page's thread is a new one for each run, for which PyTorch starts others anew; they wait for each other and take
three times as long over one drawing.
"""
