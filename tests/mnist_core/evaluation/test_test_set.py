"""The test set is opened on purpose, which is counted; what came out is kept for exactly these weights."""

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, FULL, DataSet
from mnist_core.evaluation import test_set
from mnist_core.evaluation.classifier import KNNClassifier
from mnist_core.evaluation.report import Report, measure_training_fit
from mnist_core.knn.blocks import Grid
from mnist_core.knn.study import KNNSettings
from mnist_core.store import Run, Store
from mnist_core.training import networks as models

CONFIG = TrainingConfig(hidden_sizes=(4,), validation_share=0.1)


def finished(store: Store, seed: int = 1, data_set: str = EMBEDDED) -> Run:
    """A run with a network, which is not trained."""
    run = store.runs.create(CONFIG, data_set, state="finished")
    keep_network(store, run, seed)
    return run


def keep_network(store: Store, run: Run, seed: int) -> None:
    models.save_network(
        models.build_network(CONFIG.model_copy(update={"seed": seed})), CONFIG, store.files.network_path(run.id)
    )


def open_for(store: Store, run: Run, data_set: DataSet) -> Report:
    return test_set.open_test_set(store, test_set.load_classifier(store, run), data_set, run)


def is_open(store: Store, run: Run, data_set: DataSet) -> bool:
    return test_set.stored_report(store, test_set.load_classifier(store, run), data_set) is not None


@pytest.fixture
def nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, no classifier may read anything."""

    def forbidden(*_: object) -> None:
        pytest.fail("a classifier reads again what was kept")

    def forbid() -> None:
        monkeypatch.setattr(test_set, "evaluate", forbidden)
        monkeypatch.setattr(test_set, "measure_training_fit", forbidden)

    return forbid


def test_the_test_set_is_closed_until_it_is_opened_and_each_opening_is_counted_for_its_run(
    store: Store, embedded: DataSet
) -> None:
    run, other = finished(store, 1), finished(store, 2)
    assert not is_open(store, run, embedded)
    assert store.runs.get(run.id).test_openings == 0

    reports = [open_for(store, run, embedded) for _ in range(3)]

    assert [store.runs.get(tested.id).test_openings for tested in (run, other)] == [3, 0]
    assert store.runs.get(run.id).test_accuracy == reports[0].score.accuracy == reports[2].score.accuracy
    assert is_open(store, run, embedded)
    assert not is_open(store, other, embedded)


def test_a_report_is_kept_also_for_another_session_and_looking_at_it_counts_nothing(
    store: Store, embedded: DataSet, nothing_is_read: Callable[[], None]
) -> None:
    run = finished(store)
    report = open_for(store, run, embedded)
    nothing_is_read()

    stored = test_set.stored_report(Store(store.folder), test_set.load_classifier(store, run), embedded)
    again = open_for(store, run, embedded)

    assert stored is not None
    for same in (stored, again):
        np.testing.assert_array_equal(same.test.probabilities, report.test.probabilities)
    assert store.runs.get(run.id).test_openings == 2


def test_a_run_that_was_trained_further_is_closed_again(store: Store, embedded: DataSet) -> None:
    run = finished(store, seed=1)
    before = open_for(store, run, embedded)
    keep_network(store, run, seed=2)

    assert not is_open(store, run, embedded)
    after = open_for(store, run, embedded)

    assert (after.test.probabilities != before.test.probabilities).any()
    assert store.runs.get(run.id).test_openings == 2
    assert store.runs.get(run.id).test_accuracy == after.score.accuracy


def test_another_data_set_is_another_test(store: Store, embedded: DataSet) -> None:
    run = finished(store)
    open_for(store, run, embedded)

    assert not is_open(
        store, run, replace(embedded, identity=replace(embedded.identity, name=FULL), checksum="of full MNIST")
    )


def test_a_run_in_progress_is_not_tested(store: Store, embedded: DataSet) -> None:
    run = finished(store)
    open_for(store, run, embedded)
    store.control.one_more_epoch(run.id)

    with pytest.raises(DigitLabError, match=r"is in progress; wait for its end, or stop it, to test its network\.\Z"):
        open_for(store, run, embedded)
    other = finished(store)
    with pytest.raises(DigitLabError, match="is in progress"):
        test_set.open_test_set_for_runs(store, [other, run], embedded)

    assert [store.runs.get(tested.id).test_openings for tested in (run, other)] == [1, 0]


def test_a_test_that_is_refused_is_not_counted(store: Store, embedded: DataSet) -> None:
    run = finished(store, data_set=FULL)

    with pytest.raises(DigitLabError, match="choose MNIST as the data set"):
        open_for(store, run, embedded)

    assert store.runs.get(run.id).test_openings == 0
    assert store.runs.get(run.id).test_accuracy is None
    assert not is_open(store, run, embedded)


def test_training_and_validation_are_looked_at_freely(
    store: Store, embedded: DataSet, nothing_is_read: Callable[[], None]
) -> None:
    run = finished(store)
    network = test_set.load_classifier(store, run)

    fit = test_set.training_fit(store, network, embedded)

    assert fit == measure_training_fit(network, embedded)
    assert fit.validation is not None
    nothing_is_read()
    assert test_set.training_fit(Store(store.folder), network, embedded) == fit
    assert not is_open(store, run, embedded)
    assert store.runs.get(run.id).test_openings == 0


def test_deleting_a_run_removes_what_was_kept_for_it_but_not_for_a_run_whose_number_begins_alike(
    store: Store, embedded: DataSet
) -> None:
    runs = [finished(store) for _ in range(12)]
    first, twelfth = runs[0], runs[11]
    assert (first.id, twelfth.id) == (1, 12)
    neighbours = KNNClassifier(embedded, KNNSettings(Grid(2, 2), 10), k=3)
    networks = [test_set.load_classifier(store, run) for run in (first, twelfth)]
    for network, run in zip(networks, (first, twelfth), strict=True):
        test_set.open_test_set(store, network, embedded, run)
    test_set.open_test_set(store, neighbours, embedded)

    store.runs.delete(first.id)

    stored = (test_set.stored_report(store, classifier, embedded) for classifier in (*networks, neighbours))
    closed, *still_open = stored
    assert closed is None
    assert None not in still_open


def test_openings_of_neighbours_are_counted_for_all_their_settings_together(store: Store, embedded: DataSet) -> None:
    three, five = (KNNClassifier(embedded, KNNSettings(Grid(2, 2), 10), k) for k in (3, 5))
    assert test_set.stored_report(store, three, embedded) is None

    for classifier in (three, three, five):
        test_set.open_test_set(store, classifier, embedded)
    test_set.open_test_set(store, KNNClassifier(embedded, three.setting, 3), embedded)

    assert store.results.openings(test_set.knn_openings_key(embedded)) == 4
    assert test_set.stored_report(store, three, embedded) is not None


def test_a_run_without_a_network_is_one_sentence(store: Store) -> None:
    run = store.runs.create(CONFIG, EMBEDDED)

    with pytest.raises(DigitLabError, match=r"\A[^\n]*no trained network[^\n]*\.\Z"):
        test_set.load_classifier(store, run)


def test_the_reports_of_several_classifiers_are_found_together(store: Store, embedded: DataSet) -> None:
    runs = [finished(store, seed) for seed in (1, 2, 3)]
    networks = [test_set.load_classifier(store, run) for run in runs]
    first, third = (open_for(store, run, embedded) for run in (runs[0], runs[2]))

    reports = test_set.stored_reports(store, networks, embedded)

    assert reports.keys() == {networks[0].key, networks[2].key}
    for network, opened in zip((networks[0], networks[2]), (first, third), strict=True):
        np.testing.assert_array_equal(reports[network.key].test.probabilities, opened.test.probabilities)
    assert [store.runs.get(run.id).test_openings for run in runs] == [1, 0, 1]


def test_a_report_stored_by_an_earlier_version_is_found(store: Store, embedded: DataSet) -> None:
    network = test_set.load_classifier(store, finished(store))
    probabilities = network.probabilities(embedded.test.images)
    file = io.BytesIO()
    np.savez_compressed(file, data_set=EMBEDDED, probabilities=probabilities, labels=embedded.test.labels)
    store.results.put(f"{network.key}|report|{embedded.checksum}", file.getvalue())

    report = test_set.stored_report(store, network, embedded)

    assert report is not None
    assert report.data_set == EMBEDDED
    np.testing.assert_array_equal(report.test.probabilities, probabilities)
    np.testing.assert_array_equal(report.test.labels, embedded.test.labels)
