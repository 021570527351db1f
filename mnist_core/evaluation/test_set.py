"""Evaluations in the store: each is measured once, and opening the test set is a deliberate act that is counted."""

from collections.abc import Iterable, Sequence

from pydantic import TypeAdapter

from mnist_core import DigitLabError
from mnist_core.data import DataSet, describe
from mnist_core.evaluation.classifier import Classifier, NetworkClassifier
from mnist_core.evaluation.report import Report, TrainingFit, evaluate, measure_training_fit, require_unseen_test_images
from mnist_core.store import NOBODY, Run, Store

FIT_JSON = TypeAdapter(TrainingFit)
"""Writes and reads a `TrainingFit`."""


def load_classifier(store: Store, run: Run) -> NetworkClassifier:
    """The network of a run; `DigitLabError` where there is none.

    What was trained on a set that is not known any more, or on nobody knows which, is taken to read the ten digits.
    """
    identity = describe(run.data_set, store.folder)
    classes = 10 if identity is None else len(identity.class_names)
    return NetworkClassifier.load(store.files.network_path(run.id), run.data_set, run.key, classes)


def training_fit(store: Store, classifier: Classifier, data_set: DataSet) -> TrainingFit:
    """How well a classifier reads training and validation images: read from the store, or measured and stored.

    The test set stays closed.
    """
    key = _key(classifier, "training fit", data_set)
    if stored := store.results.get([key]):
        return FIT_JSON.validate_json(stored[key])
    fit = measure_training_fit(classifier, data_set)
    store.results.put(key, FIT_JSON.dump_json(fit))
    return fit


def stored_report(store: Store, classifier: Classifier, data_set: DataSet) -> Report | None:
    """The stored report of a classifier; None where the test set was not opened for it."""
    return stored_reports(store, [classifier], data_set).get(classifier.key)


def stored_reports(store: Store, classifiers: Iterable[Classifier], data_set: DataSet) -> dict[str, Report]:
    """The stored reports by `classifier.key`, of those classifiers for which the test set was opened: one query."""
    keys = {_report_key(store, classifier, data_set): classifier.key for classifier in classifiers}
    return {keys[key]: Report.from_bytes(content) for key, content in store.results.get(list(keys)).items()}


def open_test_set(store: Store, classifier: Classifier, data_set: DataSet, run: Run | None = None) -> Report:
    """Evaluate a classifier on the test set, and count it for its run, or for K nearest neighbours where that is None.

    Raises `DigitLabError`, and counts nothing, where the classifier was trained on some of the test images, where the
    run is in progress, and where one may not change it.
    """
    if run is not None:
        _require_not_in_progress(store, run)
    report = stored_report(store, classifier, data_set) or evaluate(classifier, data_set)
    # Counted before it is stored: whenever the program ends, every report that can be seen has been counted.
    if run is None:
        store.results.count_opening(knn_openings_key(data_set))
    else:
        store.runs.count_test_opening(run.id, data_set.name, report.score.accuracy)
    store.results.put(_report_key(store, classifier, data_set), report.to_bytes())
    return report


def open_test_set_for_runs(store: Store, runs: Sequence[Run], data_set: DataSet) -> list[Report]:
    """Open the test set for several runs, or for none of them where it cannot be opened for all."""
    networks = [load_classifier(store, run) for run in runs]
    for run, network in zip(runs, networks, strict=True):
        _require_not_in_progress(store, run)
        require_unseen_test_images(network, data_set)
    return [open_test_set(store, network, data_set, run) for run, network in zip(runs, networks, strict=True)]


def knn_openings_key(data_set: DataSet) -> str:
    """The key of `store.results.openings` for K nearest neighbours, the same for all their settings."""
    return f"knn|{data_set.checksum}"


def _require_not_in_progress(store: Store, run: Run) -> None:
    if store.runs.get_to_change(run.id).in_progress:  # its network is about to change
        raise DigitLabError(f"{run.name} is in progress; wait for its end, or stop it, to test its network.")


def _report_key(store: Store, classifier: Classifier, data_set: DataSet) -> str:
    """A run's report is for all who may open the run; for K nearest neighbours everybody opens the test set anew."""
    key, owner_id = _key(classifier, "report", data_set), store.access.owner_id
    return key if isinstance(classifier, NetworkClassifier) or owner_id == NOBODY else f"{key}|{owner_id}"


def _key(classifier: Classifier, what: str, data_set: DataSet) -> str:
    return f"{classifier.key}|{what}|{data_set.checksum}"
