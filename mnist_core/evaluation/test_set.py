"""Tests of classifiers: what they read is kept; the test set is opened on purpose, which is counted."""

from collections.abc import Callable, Sequence

from mnist_core import DigitLabError
from mnist_core.data import DataSet, Digits
from mnist_core.evaluation.classifier import Classifier, NetworkClassifier
from mnist_core.evaluation.corruptions import Corruption
from mnist_core.evaluation.report import Fit, Report, evaluate, measure_fit, require_unseen
from mnist_core.evaluation.robustness import from_bytes, key, measure, to_bytes
from mnist_core.store import Run, Store


def load_classifier(store: Store, run: Run) -> NetworkClassifier:
    """The network of a run; `DigitLabError` where there is none."""
    return NetworkClassifier.load(store.files.network(run.id), run.data_set, run.key)


def fit_report(store: Store, classifier: Classifier, data_set: DataSet) -> Fit:
    """How a classifier reads training and validation images, which may be looked at freely."""
    name = _key(classifier, "seen and held out", data_set)
    content = store.results.get([name]).get(name)
    if content is not None:
        return Fit.from_bytes(content)
    found = measure_fit(classifier, data_set)
    store.results.keep(name, found.to_bytes())
    return found


def open_test_set(store: Store, classifier: Classifier, data_set: DataSet, run: Run | None = None) -> Report:
    """Report on the test set, and count that it was opened for this run, or for neighbours where it is None.

    Raises `DigitLabError`, and counts nothing, where the test images are among those that it was trained on, and where
    the run is in progress.
    """
    if run is not None:
        _require_at_rest(store, run)
    report = existing_report(store, classifier, data_set) or evaluate(classifier, data_set)
    # Counted before it is kept: what can be seen has been counted, whatever ends the program in between.
    if run is None:
        store.results.count_opening(neighbours_key(data_set))
    else:
        store.runs.count_test_opening(run.id, data_set.name, report.score.accuracy)
    store.results.keep(_key(classifier, "report", data_set), report.to_bytes())
    return report


def open_for_all(store: Store, runs: Sequence[Run], data_set: DataSet) -> list[Report]:
    """Open the test set for several runs, or for none of them where it cannot be opened for all."""
    networks = [load_classifier(store, run) for run in runs]
    for run, each in zip(runs, networks, strict=True):
        _require_at_rest(store, run)
        require_unseen(each, data_set)
    return [open_test_set(store, each, data_set, run) for run, each in zip(runs, networks, strict=True)]


def _require_at_rest(store: Store, run: Run) -> None:
    """Raise `DigitLabError` where the network of a run is about to change."""
    if store.runs.get(run.id).in_progress:
        raise DigitLabError(f"{run.name} is in progress; wait for its end, or stop it, to test its network.")


def neighbours_key(data_set: DataSet) -> str:
    """Under which openings are counted for neighbours: for all settings together, since one may try many."""
    return f"knn|{data_set.checksum}"


def existing_report(store: Store, classifier: Classifier, data_set: DataSet) -> Report | None:
    """The report of a test set that was opened for this very classifier; None while it is closed."""
    name = _key(classifier, "report", data_set)
    content = store.results.get([name]).get(name)
    return None if content is None else Report.from_bytes(content)


def measure_robustness(
    store: Store,
    classifier: Classifier,
    digits: Digits,
    corruption: Corruption,
    progress: Callable[[float], None] = lambda share: None,
) -> list[int]:
    """What `evaluation.robustness.measure` gives, measured once and kept."""
    found = kept_robustness(store, classifier, digits, corruption)
    if found is None:
        found = measure(classifier, digits, corruption, progress)
        store.results.keep(key(classifier, digits.checksum, corruption), to_bytes(found))
    return found


def kept_robustness(store: Store, classifier: Classifier, digits: Digits, corruption: Corruption) -> list[int] | None:
    """The same where it was measured before, None where it was not."""
    name = key(classifier, digits.checksum, corruption)
    content = store.results.get([name]).get(name)
    return None if content is None else from_bytes(content)


def _key(classifier: Classifier, what: str, data_set: DataSet) -> str:
    return f"{classifier.key}|{what}|{data_set.checksum}"
