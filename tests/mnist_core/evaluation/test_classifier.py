"""Networks and K nearest neighbours as classifiers: probabilities, features, splits and keys."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mnist_core import DigitLabError, data
from mnist_core.config import Loss, TrainingConfig
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.evaluation.classifier import KNNClassifier, NetworkClassifier
from mnist_core.knn.blocks import Grid, Measure, block_edges
from mnist_core.knn.classifier import KNN
from mnist_core.knn.study import KNNSettings, split_references
from mnist_core.training import networks

SMALL = TrainingConfig(hidden_sizes=(12, 8), seed=4)


def network(config: TrainingConfig = SMALL, key: str = "run-1-") -> NetworkClassifier:
    return NetworkClassifier(networks.build_network(config), config, EMBEDDED, key)


@pytest.fixture(scope="module")
def neighbours(embedded: DataSet) -> KNNClassifier:
    return KNNClassifier(embedded, KNNSettings(Grid(5, 4), None), k=4)


@pytest.fixture(scope="module")
def few(embedded: DataSet) -> DataSet:
    """Ten training images of each digit, some of them twice."""
    digits = embedded.train.take(np.r_[:80, 10:30])
    return replace(embedded, train=digits, checksum=digits.checksum)


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
def test_a_networks_most_probable_digit_has_its_largest_output(loss: Loss, embedded: DataSet) -> None:
    classifier = network(SMALL.model_copy(update={"loss": loss}))

    probabilities = classifier.probabilities(embedded.test.images)

    outputs = classifier.model(networks.to_inputs(torch.tensor(embedded.test.images)))
    np.testing.assert_array_equal(probabilities.argmax(axis=1), outputs.argmax(dim=1).numpy())
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
def test_a_network_answers_only_the_classes_of_its_set(loss: Loss, embedded: DataSet) -> None:
    classifier = network(SMALL.model_copy(update={"loss": loss}))
    with torch.no_grad():
        classifier.model[-1].bias[7].add_(1)

    shares = replace(classifier, classes=3).probabilities(embedded.test.images)

    outputs = classifier.model(networks.to_inputs(torch.tensor(embedded.test.images)))
    assert (outputs.argmax(dim=1) > 2).any()
    np.testing.assert_array_equal(shares.argmax(axis=1), outputs[:, :3].argmax(dim=1).numpy())
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("config", "size"),
    [(SMALL, 8), (TrainingConfig(network="cnn"), 64), (TrainingConfig(hidden_sizes=()), 784)],
    ids=["perceptron", "convolutional", "logistic regression"],
)
def test_a_networks_last_layer_makes_its_outputs_of_its_features(
    config: TrainingConfig, size: int, embedded: DataSet
) -> None:
    classifier, images = network(config), embedded.test.images[:50]

    features = classifier.features(images)

    assert (features.shape, features.dtype) == ((50, size), np.float32)
    with torch.inference_mode():
        made = classifier.model[-1](torch.from_numpy(features)).numpy()
    np.testing.assert_allclose(made, networks.outputs(classifier.model, images).numpy(), atol=1e-5)


def test_the_key_of_a_network_begins_with_that_of_its_run_and_changes_with_its_weights(tmp_path: Path) -> None:
    keys = []
    for seed in (1, 1, 2):
        config = SMALL.model_copy(update={"seed": 1})
        networks.save_network(
            networks.build_network(config.model_copy(update={"seed": seed})), config, tmp_path / "network"
        )
        loaded = NetworkClassifier.load(tmp_path / "network", EMBEDDED, "run-7-")
        keys.append(loaded.key)
        assert loaded.trained_on == EMBEDDED

    assert all(key.startswith("run-7-") for key in keys)
    assert keys[0] == keys[1] != keys[2]


def test_a_run_without_a_network_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DigitLabError, match=r"\A[^\n]*no trained network[^\n]*\.\Z"):
        NetworkClassifier.load(tmp_path / "nowhere", EMBEDDED, "run-1-")


def test_a_network_was_trained_on_what_its_run_did_not_hold_out(embedded: DataSet) -> None:
    config = SMALL.model_copy(update={"validation_share": 0.2, "train_size": 500})
    classifier = network(config)

    training, held_out = classifier.split(embedded.train)
    read = classifier.training_predictions(training, 70)

    expected = data.hold_out(embedded.train, 0.2, 500, config.seed)
    assert (len(training), len(held_out)) == (500, 800)
    for ours, theirs in zip((training, held_out), expected, strict=True):
        np.testing.assert_array_equal(ours.images, theirs.images)
    np.testing.assert_array_equal(read.labels, training.labels[:70])
    np.testing.assert_array_equal(read.probabilities, classifier.probabilities(training.images[:70]))


def test_the_neighbours_most_probable_digit_is_their_prediction_also_in_ties(
    neighbours: KNNClassifier, embedded: DataSet
) -> None:
    probabilities = neighbours.probabilities(embedded.test.images)

    nearest = KNN(split_references(embedded.train)[0], Grid(5, 4)).find_neighbours(embedded.test.images, 4)
    votes = np.sort(nearest.votes(), axis=1)
    assert (votes[:, -1] == votes[:, -2]).sum() >= 20
    np.testing.assert_array_equal(probabilities.argmax(axis=1), nearest.predictions()[:, -1])
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(probabilities, nearest.votes() / 4, atol=1e-4)


@pytest.mark.parametrize("k", [1, 3, 4])
def test_a_training_image_is_read_by_the_others_only(k: int, few: DataSet) -> None:
    classifier = KNNClassifier(few, KNNSettings(Grid(4, 3), 5), k)
    training, _ = classifier.split(few.train)

    predictions = classifier.training_predictions(training, 40)

    assert (len(training), len(predictions)) == (50, 40)
    for index in range(40):
        others = KNN(training.take(np.delete(np.arange(50), index)), Grid(4, 3))
        read_by_others = others.find_neighbours(training.images[index : index + 1], k)
        assert predictions.predicted[index] == read_by_others.predictions()[0, -1]
        np.testing.assert_allclose(predictions.probabilities[index], read_by_others.votes()[0] / k, atol=2e-4)


def test_a_training_image_is_read_also_where_all_references_vote(few: DataSet) -> None:
    classifier = KNNClassifier(few, KNNSettings(Grid(4, 3), 1), k=10)
    training, _ = classifier.split(few.train)

    predictions = classifier.training_predictions(training, 10)

    assert not predictions.correct.any()  # the only reference of its digit is the image itself


@pytest.mark.parametrize("k", [1, 2, 6])
def test_without_takes_one_index_for_each_image(k: int, few: DataSet) -> None:
    nearest = KNN(few.train, Grid(4, 3)).find_neighbours(few.train.images, k + 1)

    others = nearest.without(np.arange(100)[:, None])

    assert others.indices.shape == (100, k)
    for index in range(100):
        alone = KNN(few.train, Grid(4, 3)).find_neighbours(few.train.images[index : index + 1], k + 1).without(index)
        for name in ("indices", "labels", "distances"):
            np.testing.assert_array_equal(getattr(others, name)[index], getattr(alone, name)[0])


@pytest.mark.parametrize("measure", ["count", "intensity"])
def test_the_neighbours_features_are_the_numbers_of_the_blocks(measure: Measure, embedded: DataSet) -> None:
    grid, images = Grid(5, 4, 100, measure), embedded.test.images[:40]

    features = KNNClassifier(embedded, KNNSettings(grid, 10), k=3).features(images)

    assert (features.shape, features.dtype) == ((40, 20), np.float32)
    ink = np.where(images > 100, images if measure == "intensity" else 1, 0).astype(int)
    blocks = itertools.product(itertools.pairwise(block_edges(5)), itertools.pairwise(block_edges(4)))
    plain = [ink[:, top:bottom, left:right].sum(axis=(1, 2)) for (top, bottom), (left, right) in blocks]
    np.testing.assert_array_equal(features, np.stack(plain, axis=1))


def test_the_key_of_neighbours_names_all_that_their_predictions_depend_on(embedded: DataSet, few: DataSet) -> None:
    grid = Grid(5, 4)
    classifiers = [
        KNNClassifier(embedded, KNNSettings(grid, 10), 3),
        KNNClassifier(embedded, KNNSettings(grid, 10), 5),
        KNNClassifier(embedded, KNNSettings(grid, 5), 3),
        KNNClassifier(embedded, KNNSettings(replace(grid, threshold=9), 10), 3),
        KNNClassifier(few, KNNSettings(grid, 5), 3),
    ]

    assert len({classifier.key for classifier in classifiers}) == 5
    assert KNNClassifier(embedded, KNNSettings(grid, 10), 3).key == classifiers[0].key
