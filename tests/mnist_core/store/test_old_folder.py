"""A runs folder from before the tables had versions opens with everything in it."""

import numpy as np
import pytest

from mnist_core import settings
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.evaluation import robustness, test_set
from mnist_core.evaluation.classifier import KNNClassifier
from mnist_core.evaluation.corruptions import Corruption
from mnist_core.jobs import worker
from mnist_core.knn.blocks import Grid
from mnist_core.knn.study import KNNSettings
from mnist_core.store import Store, new_worker_id
from mnist_core.training import networks


def test_its_runs_have_their_settings_results_and_marks(old_store: Store) -> None:
    first, stopped, *_ = reversed(old_store.runs.all())

    assert (first.id, first.name, first.status, first.data_set) == (1, "Before", "finished", EMBEDDED)
    assert (first.step, first.steps, first.epoch, first.final_loss) == (10, 10, 2, pytest.approx(0.18873, abs=1e-5))
    assert (first.training_accuracy, first.validation_accuracy) == (0.1, 0.0975)
    assert (first.test_accuracy, first.test_data_set, first.test_openings) == (0.1, EMBEDDED, 1)
    assert (first.config.hidden_sizes, first.config.rotation, first.config.synthetic_digits) == ((2,), 10.0, 20)
    assert all(run.settings.keys() <= run.config.model_dump().keys() for run in old_store.runs.all())
    assert (stopped.name, stopped.status, stopped.can_resume, stopped.step, stopped.seconds_left is None) == (
        *("Stopped", "stopped", True, 5),
        False,
    )
    assert [(mark.step, mark.label) for mark in stopped.marks] == [(4, "learning rate 0.005"), (5, "stopped")]
    assert stopped.learning_rates([0, 4]) == [0.01, 0.005]


def test_its_curves_are_whole(old_store: Store) -> None:
    steps, losses = old_store.metrics.curve(1, "loss")

    assert steps.tolist() == list(range(1, 11))
    assert losses.mean() == pytest.approx(0.2186176)
    assert [part.tolist() for part in old_store.metrics.curve(1, "validation_accuracy")] == [[5, 10], [0.0975, 0.0975]]


def test_its_networks_classify_as_they_did(old_store: Store, embedded: DataSet) -> None:
    for run in old_store.runs.all():
        model, config = networks.load_network(old_store.files.network_path(run.id))
        assert config == run.config
        answers = networks.outputs(model, embedded.test.images).argmax(1).cpu().numpy()
        if run.test_accuracy is not None:
            assert np.mean(answers == embedded.test.labels) == run.test_accuracy

    assert old_store.files.snapshots(1) == [0, 1, 2]
    assert all(networks.load_network(old_store.files.snapshot_path(1, epoch)) for epoch in range(3))


def test_its_own_digits_have_their_strokes_and_answers(old_store: Store) -> None:
    photographed, drawn = old_store.digits.all()

    assert (photographed.label, photographed.strokes, photographed.answers) == (4, None, [])
    assert (drawn.label, drawn.pixels.shape, drawn.created) == (7, (28, 28), pytest.approx(1795698074.43))
    assert drawn.strokes == [[[60.0, 60.0], [220.0, 60.0], [120.0, 230.0]], [[90.0, 140.0], [180.0, 140.0]]]
    assert [(answer["run"], answer["digit"], answer["probability"]) for answer in drawn.answers] == [
        (1, 1, 0.5),
        (None, None, 0.4),
    ]


def test_a_fine_tuned_run_knows_its_parent_and_its_digits(old_store: Store) -> None:
    start = old_store.fine_tuning.get(3)

    assert start is not None
    assert (start.parent, old_store.runs.get(3).own_images, len(start.decode_own_digits())) == (1, 10, 10)
    assert start.decode_own_digits().labels.tolist() == [4, 7] * 5
    assert old_store.fine_tuning.trained_on([3])[3] == {digit.checksum for digit in old_store.digits.all()}


def test_its_repeats_have_their_runs(old_store: Store) -> None:
    curve, variance = old_store.repeats.all()

    assert (curve.name, curve.kind, curve.config.train_size) == ("Learning curve 2", "learning curve", 200)
    assert (variance.name, variance.kind, variance.data_set) == ("Spread 1", "seed variance", EMBEDDED)
    assert [run.id for run in old_store.repeats.runs(curve.id)] == [6]
    assert [(run.id, run.config.seed) for run in old_store.repeats.runs(variance.id)] == [(4, 0), (5, 1)]
    assert [run.repeats_id for run in old_store.runs.all()] == [2, 1, 1, None, None, None]
    assert [only.id for only in old_store.repeats.all("seed variance")] == [variance.id]


def test_its_results_are_found_so_that_what_was_opened_stays_open(old_store: Store, embedded: DataSet) -> None:
    network = test_set.load_classifier(old_store, old_store.runs.get(1))
    neighbours = KNNClassifier(embedded, KNNSettings(Grid(5, 4), per_digit=10), k=3)
    shift = Corruption("shift", "Shift", "pixels", 0, (0.5, 1, 2, 3, 5))

    report = test_set.stored_report(old_store, network, embedded)
    assert report is not None
    assert report.score.accuracy == 0.1
    assert test_set.stored_report(old_store, neighbours, embedded) is not None
    assert robustness.stored_robustness(old_store, [network], embedded.test.first(100), [shift]) != {}
    assert old_store.results.openings(test_set.knn_openings_key(embedded)) == 1


def test_its_stopped_run_can_be_trained_to_its_end(old_store: Store) -> None:
    old_store.control.resume(2)
    run = old_store.workers.claim(new_worker_id(), 2)
    assert run is not None

    worker.execute(old_store, settings.load(), run)

    finished = old_store.runs.get(2)
    assert (finished.status, finished.error, finished.step, finished.rates_by_hand) == ("finished", "", 8, {4: 0.005})
    assert old_store.metrics.curve(2, "loss")[0].tolist() == list(range(1, 9))


def test_runs_that_are_added_have_numbers_of_their_own(old_store: Store) -> None:
    config = old_store.runs.get(1).config

    old_store.runs.delete(6)

    assert old_store.runs.create(config, EMBEDDED).id == 7
    assert old_store.repeats.create("seed variance", [(config, "Seed 0")], config, EMBEDDED).id == 3
