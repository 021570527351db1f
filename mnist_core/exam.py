"""The test set, opened for a classifier on purpose: counted each time, and what came out is kept."""

from mnist_core.data import DataSet
from mnist_core.evaluation import Classifier, Network, Report, evaluate
from mnist_core.store import Run, Store


def network(store: Store, run: Run) -> Network:
    """The network of a run; `DigitLabError` where there is none."""
    return Network.load(store.model_path(run.id), run.data_set, run.key)


def open_test_set(store: Store, classifier: Classifier, data_set: DataSet, run: Run | None = None) -> Report:
    """Report on the test set, and count that it was opened for this run, or for these neighbours where it is None.

    Raises `DigitLabError`, and counts nothing, where the test images are among those that it was trained on.
    """
    report = opened(store, classifier, data_set)
    if report is None:
        report = evaluate(classifier, data_set)
        store.keep(_key(classifier, data_set), report.to_bytes())
    if run is None:
        store.count_opening(classifier.key)
    else:
        store.opened_test_set(run.id, report.score.accuracy)
    return report


def opened(store: Store, classifier: Classifier, data_set: DataSet) -> Report | None:
    """The report of a test set that was opened for this very classifier; None while it is closed."""
    key = _key(classifier, data_set)
    content = store.kept([key]).get(key)
    return None if content is None else Report.from_bytes(content)


def _key(classifier: Classifier, data_set: DataSet) -> str:
    return f"{classifier.key}|report|{data_set.checksum}"
