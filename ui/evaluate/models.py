"""The models that can be evaluated: the networks of finished runs, and K nearest neighbours."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from mnist_core.evaluation import test_set
from mnist_core.evaluation.classifier import Classifier
from mnist_core.evaluation.report import Report
from mnist_core.knn.study import KNNSettings
from mnist_core.store import Run
from ui import predictors, resources
from ui.text import escape_markdown

KNN = "knn"
_NEIGHBOURS = "K nearest neighbours"


@dataclass(frozen=True)
class Model:
    """`reference` is a run's number, or `knn`; `run` is None for neighbours."""

    reference: str
    name: str
    classifier: Classifier
    run: Run | None

    @cached_property
    def report(self) -> Report | None:
        """What came out where its test set was opened; None while it is closed."""
        return test_set.stored_report(resources.store(), self.classifier, resources.data_set())

    @property
    def openings(self) -> int:
        """How often its test set was opened."""
        store = resources.store()
        return (
            store.results.openings(test_set.knn_openings_key(resources.data_set()))
            if self.run is None
            else store.runs.get(self.run.id).test_openings
        )

    def open_test_set(self) -> None:
        with st.spinner(f"Reading the test images with {escape_markdown(self.name)}"):
            test_set.open_test_set(resources.store(), self.classifier, resources.data_set(), self.run)


def _distinct(run: Run, counts: Counter[str]) -> str:
    """The name of a run, with its number where another one is called the same or might be."""
    return f"{run.name} (run {run.id})" if counts[run.name] > 1 or run.name.endswith(")") else run.name


class Models:
    """All that can be evaluated: the newest run first, those of series after the others, the neighbours last."""

    def __init__(self, setting: KNNSettings, k: int) -> None:
        """`setting` and `k` are those of the neighbours."""
        self.setting, self.k = setting, k
        store = resources.store()
        finished = [
            run for run in store.runs.all() if run.status == "finished" and store.files.network(run.id).exists()
        ]
        finished.sort(key=lambda run: run.repeats_id is not None)
        self._runs = {str(run.id): run for run in finished}
        counted = "all references" if setting.per_digit is None else f"{setting.per_digit:,} references a digit"
        self._neighbours = f"{k} nearest neighbours, {setting.grid.name} blocks, {counted}"
        counts = Counter([_NEIGHBOURS, *(run.name for run in finished)])
        # The same whatever the settings of the neighbours, since a list whose entries change loses what is chosen.
        self.names = {str(run.id): _distinct(run, counts) for run in finished} | {KNN: _NEIGHBOURS}
        """To choose from, by reference, no two the same."""

    def load(self, reference: str) -> Model:
        run = self._runs.get(reference)
        if run is not None:
            return Model(reference, self.names[reference], predictors.network_classifier(run), run)
        with st.spinner("Preparing the references"):
            neighbours = predictors.knn_classifier(resources.data_set(), self.setting, self.k)
        return Model(reference, self._neighbours, neighbours, None)
