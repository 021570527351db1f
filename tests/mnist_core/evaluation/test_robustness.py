"""Robustness is counted on the digits that it says, kept under a name of its own, and falls from clean to severe."""

from dataclasses import replace

import numpy as np
import pytest

from mnist_core import config
from mnist_core.data import EMBEDDED, DataSet, Digits
from mnist_core.evaluation import robustness
from mnist_core.evaluation.classifier import NetworkClassifier
from mnist_core.evaluation.corruptions import CORRUPTIONS, Corruption, corrupt
from mnist_core.store import Store
from mnist_core.training import networks, trainer

each = pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda corruption: corruption.key)


@pytest.fixture(scope="module")
def network(embedded: DataSet) -> NetworkClassifier:
    """A small network that reads most clean digits."""
    settings = config.TrainingConfig(hidden_sizes=(32,), epochs=4, optimiser="adam", learning_rate=0.003)
    model = networks.build_network(settings)
    for _ in trainer.Trainer(model, settings, embedded.train, embedded.test.take(np.arange(0))).run():
        pass
    return NetworkClassifier(model, settings, EMBEDDED, "run-1|weights")


@each
def test_severe_reads_far_worse_than_clean_and_mild_hardly(
    corruption: Corruption, network: NetworkClassifier, embedded: DataSet
) -> None:
    clean, *corrupted = robustness.accuracies(robustness.count_correct(network, embedded.test, corruption), 1_000)

    assert clean > 0.85
    assert corrupted[0] > clean - 0.03
    assert corrupted[-1] < clean - 0.3


@each
def test_the_counts_are_those_of_a_plain_loop(
    corruption: Corruption, network: NetworkClassifier, embedded: DataSet
) -> None:
    digits = Digits(np.tile(embedded.test.images, (2, 1, 1)), np.tile(embedded.test.labels, 2))

    expected = []
    for strength in (corruption.clean, *corruption.strengths):
        answers = network.probabilities(corrupt(digits.images, corruption, strength)).argmax(axis=1)
        expected.append(sum(int(answer == label) for answer, label in zip(answers, digits.labels, strict=True)))
    assert robustness.count_correct(network, digits, corruption) == expected


def test_the_share_done_rises_to_all(network: NetworkClassifier, embedded: DataSet) -> None:
    told: list[float] = []

    robustness.count_correct(network, embedded.train.take(np.arange(1_500)), CORRUPTIONS[0], told.append)

    assert told == sorted(set(told))
    assert (len(told), told[-1]) == (12, 1)


def test_what_progress_raises_ends_the_measurement(network: NetworkClassifier, embedded: DataSet) -> None:
    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        robustness.count_correct(network, embedded.test, CORRUPTIONS[0], stop)


def test_a_measurement_is_stored_also_for_another_session(
    network: NetworkClassifier, store: Store, embedded: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits, shift, told = embedded.test.take(np.arange(50)), CORRUPTIONS[0], list[float]()

    counts = robustness.measure_robustness(store, network, digits, shift, told.append)

    assert counts == robustness.count_correct(network, digits, shift)
    assert told[-1] == 1
    monkeypatch.setattr(robustness, "count_correct", lambda *_: pytest.fail("it is measured again"))
    another = Store(store.folder)
    assert robustness.measure_robustness(another, network, digits, shift) == counts
    assert robustness.stored_robustness(another, [network], digits, CORRUPTIONS) == {(network.key, "shift"): counts}


def test_a_result_is_found_only_for_the_same_classifier_images_and_strengths(
    network: NetworkClassifier, store: Store, embedded: DataSet
) -> None:
    digits, (shift, rotation) = embedded.test.take(np.arange(50)), CORRUPTIONS[:2]
    retrained = replace(network, key="run-1|other weights")
    counts = robustness.measure_robustness(store, network, digits, shift)

    stored = robustness.stored_robustness(store, [network, retrained], digits, [shift, rotation])

    assert stored == {(network.key, "shift"): counts}
    assert robustness.stored_robustness(store, [network], embedded.test, [shift]) == {}
    other_strengths = replace(shift, strengths=(0.5, 1, 2, 3, 4))
    assert robustness.stored_robustness(store, [network], digits, [other_strengths]) == {}
    assert robustness.stored_robustness(store, [network], digits, [replace(shift, name="Moved")]) == stored


def test_counts_stored_by_an_earlier_version_are_found(
    network: NetworkClassifier, store: Store, embedded: DataSet
) -> None:
    key = f'{network.key}|robustness|{embedded.test.checksum}|["blur", 0, 0.5, 1, 1.5, 2, 3]'
    store.results.put(key, b"[950, 940, 900, 800, 500, 300]")

    stored = robustness.stored_robustness(store, [network], embedded.test, CORRUPTIONS)

    assert stored == {(network.key, "blur"): [950, 940, 900, 800, 500, 300]}


def test_the_mean_accuracy_leaves_the_clean_digits_out() -> None:
    correct = [90, 80, 60, 40, 20, 0]

    assert robustness.mean_accuracy(correct, 100) == pytest.approx(0.4)
    assert robustness.accuracies(correct, 100) == [0.9, 0.8, 0.6, 0.4, 0.2, 0.0]
