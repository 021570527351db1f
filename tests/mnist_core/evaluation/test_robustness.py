"""Robustness is counted on the digits that it says, kept under a name of its own, and falls from clean to severe."""

from dataclasses import replace

import numpy as np
import pytest

from mnist_core import config
from mnist_core.data import EMBEDDED, DataSet, Digits
from mnist_core.evaluation import robustness
from mnist_core.evaluation.classifier import NetworkClassifier
from mnist_core.evaluation.corruptions import CORRUPTIONS, Corruption, corrupt
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
    clean, *corrupted = robustness.accuracies(robustness.measure(network, embedded.test, corruption), 1_000)

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
    assert robustness.measure(network, digits, corruption) == expected


def test_the_share_done_rises_to_all(network: NetworkClassifier, embedded: DataSet) -> None:
    told: list[float] = []

    robustness.measure(network, embedded.train.take(np.arange(1_500)), CORRUPTIONS[0], told.append)

    assert told == sorted(set(told))
    assert (len(told), told[-1]) == (12, 1)


def test_what_progress_raises_ends_the_measurement(network: NetworkClassifier, embedded: DataSet) -> None:
    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        robustness.measure(network, embedded.test, CORRUPTIONS[0], stop)


def test_the_key_begins_with_the_classifiers_and_differs_for_all_that_a_result_depends_on(
    network: NetworkClassifier,
) -> None:
    shift, rotation = CORRUPTIONS[:2]
    one, other = (replace(network, key=key) for key in ("run-1|", "run-2|"))
    keys = [
        robustness.key(one, "images", shift),
        robustness.key(other, "images", shift),
        robustness.key(one, "other images", shift),
        robustness.key(one, "images", rotation),
        robustness.key(one, "images", replace(shift, strengths=(0.5, 1, 2, 3, 4))),
    ]
    assert len(set(keys)) == 5
    assert all(key.startswith(("run-1|", "run-2|")) for key in keys)
    assert robustness.key(one, "images", replace(shift, name="Moved")) == keys[0]


def test_kept_counts_come_back_and_the_mean_leaves_the_clean_ones_out() -> None:
    right = [90, 80, 60, 40, 20, 0]

    assert robustness.from_bytes(robustness.to_bytes(right)) == right
    assert robustness.mean_accuracy(right, 100) == pytest.approx(0.4)
    assert robustness.accuracies(right, 100) == [0.9, 0.8, 0.6, 0.4, 0.2, 0.0]
