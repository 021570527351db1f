"""The models that can be evaluated: the networks of finished runs, and K nearest neighbours."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from mnist_core.data import DataSet
from mnist_core.evaluation import test_set
from mnist_core.evaluation.classifier import Classifier
from mnist_core.evaluation.report import Report
from mnist_core.knn.study import KNNSettings
from mnist_core.store import Run
from ui import predictors, resources

KNN = "knn"


@dataclass(frozen=True)
class Model:
    """A model with what is stored about its test.

    `reference` names it in the address: the number of its run, or `knn`. `run` is None for K nearest neighbours,
    `report` while the test set is closed. `openings` is how often the test set was opened for it. `data_set` is the one
    that it is evaluated on.
    """

    reference: str
    name: str
    classifier: Classifier
    run: Run | None
    report: Report | None
    openings: int
    data_set: DataSet


class Models:
    """All models for a data set, newest run first, those of repeats and sweeps after the others, neighbours last.

    Made anew in every page run; a model is loaded when it is first asked for.
    """

    def __init__(self, data_set: DataSet, setting: KNNSettings, k: int) -> None:
        """`setting` and `k` are those of K nearest neighbours."""
        self.setting, self.k = setting, k
        self._data_set = data_set
        self._loaded = dict[str, Model]()
        runs = resources.runs_to_choose("run", "model", "compared", "beside")
        readable = _with_same_classes(resources.finished_runs(runs), data_set)
        finished = sorted(readable, key=lambda run: run.repeats_id is not None or run.sweep_id is not None)
        self._runs = {str(run.id): run for run in finished}
        counts = Counter(["K nearest neighbours", *(run.name for run in finished)])
        # K nearest neighbours are listed without their settings: a list whose entries change loses its selection.
        self.names = dict[str, str]()
        """The names to choose from by reference, no two the same."""
        for run in finished:
            # With its number where two have the same name, or where a name looks as if it had a number.
            ambiguous = counts[run.name] > 1 or run.name.endswith(")")
            other = "" if run.data_set == data_set.name else f", trained on {run.data_set}"
            self.names[str(run.id)] = (f"{run.name} (run {run.id})" if ambiguous else run.name) + other
        self.names[KNN] = "K nearest neighbours"

    def load(self, references: Sequence[str]) -> list[Model]:
        """The models with these references; their reports are read with one query."""
        store = resources.store()
        classifiers = {new: self._classifier(new) for new in references if new not in self._loaded}
        reports = test_set.stored_reports(store, classifiers.values(), self._data_set) if classifiers else {}
        for reference, classifier in classifiers.items():
            run = self._runs.get(reference)
            if run is None:
                per_digit = self.setting.per_digit
                counted = (
                    "all references"
                    if per_digit is None
                    else f"{per_digit:,} references a {self._data_set.identity.category}"
                )
                name = f"{self.k} nearest neighbours, {self.setting.grid.name} blocks, {counted}"
                openings = store.results.openings(test_set.knn_openings_key(self._data_set))
            else:
                name, openings = self.names[reference], run.test_openings
            self._loaded[reference] = Model(
                reference, name, classifier, run, reports.get(classifier.key), openings, self._data_set
            )
        return [self._loaded[reference] for reference in references]

    def _classifier(self, reference: str) -> Classifier:
        if reference in self._runs:
            return predictors.network_classifier(self._runs[reference])
        with st.spinner("Preparing the references"):
            return predictors.knn_classifier(self._data_set, self.setting, self.k)


def _with_same_classes(runs: Sequence[Run], data_set: DataSet) -> list[Run]:
    """Those whose network tells the classes of the data set apart: it was trained on it, or both are of digits."""
    of_digits = {run.id for run in resources.trained_on_digits(runs)} if data_set.identity.of_digits else set[int]()
    return [run for run in runs if run.data_set == data_set.name or run.id in of_digits]
