"""What the judges take a drawing for. Importing this imports torch."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import DataSet
from mnist_core.evaluation import rejection_thresholds
from mnist_core.knn.classifier import K_DRAWINGS
from mnist_core.knn.votes import Neighbours
from mnist_core.store import Run
from ui import predictors, query_params, resources

MOST_NETWORKS = 4


@dataclass(frozen=True)
class Prediction:
    """One judge's ten shares of a drawing, and whether it is sure of the largest."""

    judge: str
    run: Run | None
    """None: K nearest neighbours."""
    shares: NDArray[np.float64]
    sure: bool
    rule: str
    """When it is sure, in words with the threshold."""
    least: float | None
    """The share from which it is sure, where that decides."""
    trained_on_it: bool = False
    """Whether this very drawing was among the images of its training."""

    @property
    def digit(self) -> int:
        return int(self.shares.argmax())

    @property
    def answer(self) -> str:
        return str(self.digit) if self.sure else "I don't know"


def predict(runs: Sequence[Run], data_set: DataSet, image: NDArray[np.uint8]) -> tuple[list[Prediction], Neighbours]:
    """The opinions on a (28, 28) image, those of the networks first, and its nearest training images."""
    judge = predictors.drawing_knn(data_set)
    neighbours = judge.neighbours(image[None], K_DRAWINGS)
    return [*(_network(run, data_set, image) for run in runs), _neighbours(data_set, neighbours)], neighbours


def first_prediction(runs: Sequence[Run], data_set: DataSet, image: NDArray[np.uint8]) -> Prediction:
    """The opinion of the first judge only."""
    return _network(runs[0], data_set, image) if runs else predict([], data_set, image)[0][0]


def warm_up(runs: Sequence[Run], data_set: DataSet) -> None:
    """Load what the first drawing would wait for."""
    predict(runs, data_set, np.zeros((28, 28), np.uint8))


def _network(run: Run, data_set: DataSet, image: NDArray[np.uint8]) -> Prediction:
    shares = predictors.predict(run, image[None])[0].astype(np.float64)
    least = predictors.least_probability(run)
    rule = f"{shares.max():.1%} here; sure from {least:.1%}, which {_measured(data_set)} reach"
    known = hashlib.md5(image.tobytes()).hexdigest() in resources.store().fine_tuning.trained_on(run.id)
    return Prediction(run.name, run, shares, float(shares.max()) >= least, rule, least, known)


def _neighbours(data_set: DataSet, neighbours: Neighbours) -> Prediction:
    votes = neighbours.votes()[0]
    most, nearest = predictors.most_distance(data_set), float(neighbours.distances[0, 0])
    rule = (
        f"{K_DRAWINGS} of {len(data_set.train):,} training images vote; the nearest is at {nearest:.1f}, "
        f"sure up to {most:.1f}, as for {_measured(data_set)}"
    )
    return Prediction("K nearest neighbours", None, votes / votes.sum(), nearest <= most, rule, None)


def _measured(data_set: DataSet) -> str:
    share, count = 1 - rejection_thresholds.REJECTED_SHARE, rejection_thresholds.MAX_IMAGES
    return f"{share:.1%} of the first {count:,} training images of {data_set.name}"


def choose_networks(finished: Sequence[Run]) -> list[Run]:
    """Let a person choose the networks; at first those of the address, or the last one made for drawings."""
    runs = {run.id: run for run in finished}
    newest = max(finished, key=lambda run: (run.config.drawn > 0, run.id))
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
        format_func=lambda number: runs[number].name,
        max_selections=MOST_NETWORKS,
        persist_state="session",
        placeholder="Choose finished runs",
    )
    return [runs[number] for number in chosen]
