"""What each model takes a drawing, or a picture, for. Importing this imports torch."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import DataSet
from mnist_core.drawing.touching_digits import Confidence
from mnist_core.evaluation import rejection_thresholds
from mnist_core.figures.theme import DIGITS
from mnist_core.knn.votes import DRAWING_K, NearestNeighbours
from mnist_core.store import Run, image_checksum
from ui import predictors, query_params, resources

MOST_NETWORKS = 4


@dataclass(frozen=True)
class Prediction:
    """One model's answer to a drawing, its probabilities (classes,), and whether it is sure.

    `run` is None for K nearest neighbours. `rule` says when it is sure. `trained_on_it` says whether this very
    drawing was among the images of its training.
    """

    model: str
    run: Run | None
    digit: int
    probabilities: NDArray[np.float64]
    sure: bool
    rule: str
    trained_on_it: bool = False
    class_names: Sequence[str] = DIGITS

    @property
    def name(self) -> str:
        """What it takes the image for, sure or not."""
        return self.class_names[self.digit]

    @property
    def answer(self) -> str:
        return self.name if self.sure else "I don't know"


def predict(
    runs: Sequence[Run], data_set: DataSet, image: NDArray[np.uint8]
) -> tuple[list[Prediction], NearestNeighbours]:
    """The predictions for a (28, 28) image, those of the networks first, and its nearest training images."""
    searched = _find_neighbours(data_set, image[None])
    by_networks = _predict_networks(runs, data_set, image[None])
    neighbours = searched.result()
    return [prediction for (prediction,) in by_networks] + _predict_knn(data_set, neighbours), neighbours


def first_predictions(runs: Sequence[Run], data_set: DataSet, images: NDArray[np.uint8]) -> list[Prediction]:
    """The first model's prediction for each of (n, 28, 28) images."""
    if runs:
        return _predict_networks(runs[:1], data_set, images)[0]
    return _predict_knn(data_set, _find_neighbours(data_set, images).result())


def confidence(runs: Sequence[Run], data_set: DataSet) -> tuple[str, Confidence]:
    """The name of the first model, and how sure it is of its digit for each of (n, 28, 28) images."""
    if runs:
        network = predictors.network_classifier(runs[0])
        return network.key, lambda images: network.probabilities(images).max(axis=1)
    k = predictors.drawing_knn(data_set).at_most(DRAWING_K)
    return data_set.name, lambda images: _find_neighbours(data_set, images).result().votes().max(axis=1) / k


def chosen_networks(finished: Sequence[Run]) -> list[Run]:
    """The networks that a person has chosen; at first those of the address, or the last one made for drawings."""
    if not finished:
        return []
    runs, of_digits = _by_id(finished), _by_id(resources.trained_on_digits(finished))
    # Most runs of a sweep are poor ones.
    newest = max(
        finished,
        key=lambda run: (run.id in of_digits, run.config.synthetic_digits > 0, not run.sweep_id, run.id),
    )
    chosen = query_params.current_choices(
        "networks",
        runs,
        [newest.id],
        most=MOST_NETWORKS,
        param="run",
        missing="There is no finished run {} whose network is there; choose another one.",
    )
    return [runs[number] for number in chosen]


def choose_networks(finished: Sequence[Run]) -> None:
    """Let a person choose the networks, after `chosen_networks` has said which are chosen."""
    if not finished:
        return
    runs, of_digits = _by_id(finished), _by_id(resources.trained_on_digits(finished))
    st.multiselect(
        "Networks that read it",
        list(runs),
        key="networks",
        format_func=lambda id_: runs[id_].name if id_ in of_digits else f"{runs[id_].name}, {runs[id_].data_set}",
        max_selections=MOST_NETWORKS,
        persist_state="session",
        placeholder="Choose finished runs",
    )


def _by_id(runs: Sequence[Run]) -> dict[int, Run]:
    return {run.id: run for run in runs}


def _predict_networks(runs: Sequence[Run], data_set: DataSet, images: NDArray[np.uint8]) -> list[list[Prediction]]:
    """For each network its prediction for each image."""
    networks = [predictors.network_classifier(run) for run in runs]
    read = [predictors.READERS.submit(network.probabilities, images) for network in networks]
    trained_on = resources.store().fine_tuning.trained_on([run.id for run in runs])
    checksums = [image_checksum(image.tobytes()) for image in images]
    return [
        _network_predictions(
            run,
            data_set,
            shares.result().astype(np.float64),
            predictors.most_perplexity(network, data_set),
            [checksum in trained_on[run.id] for checksum in checksums],
        )
        for run, network, shares in zip(runs, networks, read, strict=True)
    ]


def _network_predictions(
    run: Run, data_set: DataSet, probabilities: NDArray[np.float64], most: float, trained_on_it: Sequence[bool]
) -> list[Prediction]:
    predictions = []
    for shares, known, doubt, sure in zip(
        probabilities,
        trained_on_it,
        rejection_thresholds.perplexity(probabilities).tolist(),
        rejection_thresholds.network_is_sure(probabilities, most).tolist(),
        strict=True,
    ):
        rule = (
            f"{shares.max():.1%}; spread as if over {doubt:.1f} classes (perplexity), sure up to {most:.1f}, as for "
            f"{_measured(data_set)}"
        )
        predictions.append(
            Prediction(run.name, run, int(shares.argmax()), shares, sure, rule, known, data_set.class_names)
        )
    return predictions


def _find_neighbours(data_set: DataSet, images: NDArray[np.uint8]) -> Future[NearestNeighbours]:
    knn = predictors.drawing_knn(data_set)
    return predictors.READERS.submit(knn.find_neighbours, images, knn.at_most(DRAWING_K))


def _predict_knn(data_set: DataSet, neighbours: NearestNeighbours) -> list[Prediction]:
    most = predictors.most_distance(data_set)
    predictions = []
    for digit, votes, nearest, sure in zip(
        neighbours.predictions()[:, -1].tolist(),
        neighbours.votes(),
        neighbours.distances[:, 0].tolist(),
        rejection_thresholds.knn_is_sure(neighbours, most).tolist(),
        strict=True,
    ):
        rule = (
            f"{votes.sum()} of {len(data_set.train):,} training images vote; the nearest is at {nearest:.1f}, "
            f"sure up to {most:.1f}, as for {_measured(data_set)}"
        )
        shares, names = votes / votes.sum(), data_set.class_names
        predictions.append(Prediction("K nearest neighbours", None, digit, shares, sure, rule, class_names=names))
    return predictions


def _measured(data_set: DataSet) -> str:
    share, count = 1 - rejection_thresholds.REJECTED_SHARE, rejection_thresholds.MAX_IMAGES
    return f"{share:.2%} of the first {count:,} training images of {data_set.name}"
