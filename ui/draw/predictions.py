"""What each model takes a drawing, or a picture, for. Importing this imports torch."""

from collections.abc import Container, Sequence
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
    images, knn = image[None], predictors.drawing_knn(data_set)
    networks = [predictors.network_classifier(run) for run in runs]
    searched = predictors.READERS.submit(knn.find_neighbours, images, knn.at_most(DRAWING_K))
    shares = [predictors.READERS.submit(network.probabilities, images) for network in networks]
    trained_on = resources.store().fine_tuning.trained_on([run.id for run in runs])
    by_networks = [
        _network_predictions(run, data_set, images, of_run.result(), trained_on[run.id])[0]
        for run, of_run in zip(runs, shares, strict=True)
    ]
    neighbours = searched.result()
    return by_networks + _knn_predictions(data_set, neighbours), neighbours


def first_predictions(runs: Sequence[Run], data_set: DataSet, images: NDArray[np.uint8]) -> list[Prediction]:
    """The first model's prediction for each of (n, 28, 28) images."""
    if not runs:
        return _knn_predictions(data_set, _find_neighbours(data_set, images))
    run = runs[0]
    shares = predictors.network_classifier(run).probabilities(images)
    trained_on = resources.store().fine_tuning.trained_on([run.id])
    return _network_predictions(run, data_set, images, shares, trained_on[run.id])


def confidence(runs: Sequence[Run], data_set: DataSet) -> tuple[str, Confidence]:
    """The name of the first model, and how sure it is of its digit for each of (n, 28, 28) images."""
    if runs:
        network = predictors.network_classifier(runs[0])
        return network.key, lambda images: network.probabilities(images).max(axis=1)
    k = predictors.drawing_knn(data_set).at_most(DRAWING_K)
    return data_set.name, lambda images: _find_neighbours(data_set, images).votes().max(axis=1) / k


def choose_networks(finished: Sequence[Run], of_digits: Container[int]) -> list[Run]:
    """Let a person choose the networks; at first those of the address, or the last one made for drawings.

    `of_digits` are the ids of the runs that were trained on digits.
    """
    runs = {run.id: run for run in finished}
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
    st.multiselect(
        "Networks that read it",
        list(runs),
        key="networks",
        format_func=lambda number: _name(runs[number], of_digits),
        max_selections=MOST_NETWORKS,
        persist_state="session",
        placeholder="Choose finished runs",
    )
    return [runs[number] for number in chosen]


def _name(run: Run, of_digits: Container[int]) -> str:
    return run.name if run.id in of_digits else f"{run.name}, {run.data_set}"


def _network_predictions(
    run: Run,
    data_set: DataSet,
    images: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
    trained_on: Container[str],
) -> list[Prediction]:
    most, rows = predictors.most_perplexity(predictors.network_classifier(run), data_set), probabilities.astype(float)
    predictions = []
    for image, shares, doubt, sure in zip(
        images,
        rows,
        rejection_thresholds.perplexity(rows).tolist(),
        rejection_thresholds.network_is_sure(rows, most).tolist(),
        strict=True,
    ):
        rule = (
            f"{shares.max():.1%}; spread as if over {doubt:.1f} classes (perplexity), sure up to {most:.1f}, as for "
            f"{_measured(data_set)}"
        )
        known = image_checksum(image.tobytes()) in trained_on
        predictions.append(
            Prediction(run.name, run, int(shares.argmax()), shares, sure, rule, known, data_set.class_names)
        )
    return predictions


def _find_neighbours(data_set: DataSet, images: NDArray[np.uint8]) -> NearestNeighbours:
    knn = predictors.drawing_knn(data_set)
    return knn.find_neighbours(images, knn.at_most(DRAWING_K))


def _knn_predictions(data_set: DataSet, neighbours: NearestNeighbours) -> list[Prediction]:
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
