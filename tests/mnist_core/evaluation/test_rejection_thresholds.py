"""A knn doubts shapes that cannot be one digit, and as few real digits as it is meant to."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from mnist_core.config import Loss, TrainingConfig
from mnist_core.data import DataSet, Digits
from mnist_core.evaluation import rejection_thresholds
from mnist_core.knn.blocks import Grid
from mnist_core.knn.classifier import KNN
from mnist_core.training import networks


def threshold_and_perplexity(loss: Loss, images: NDArray[np.uint8]) -> tuple[float, NDArray[np.float64]]:
    """A network's threshold measured on the images, and its perplexity for each image."""
    config = TrainingConfig(loss=loss, hidden_sizes=(32,), seed=1)
    model = networks.build_network(config)
    doubts = rejection_thresholds.perplexity(networks.probabilities(model, loss, images))
    return rejection_thresholds.perplexity_threshold(model, loss, images), doubts


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
def test_a_network_exceeds_its_threshold_on_few_images(loss: Loss, embedded: DataSet) -> None:
    threshold, doubts = threshold_and_perplexity(loss, embedded.test.images)

    assert (doubts > threshold).mean() == pytest.approx(rejection_thresholds.REJECTED_SHARE, abs=0.001)


def test_a_networks_threshold_is_measured_on_the_first_images_only(
    embedded: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejection_thresholds, "MAX_IMAGES", 200)

    threshold, doubts = threshold_and_perplexity("mse", embedded.test.images)

    assert (doubts[:200] > threshold).mean() == pytest.approx(rejection_thresholds.REJECTED_SHARE, abs=0.005)
    assert threshold == threshold_and_perplexity("mse", embedded.test.images[:200])[0]


def test_perplexity_is_the_number_of_classes_among_which_a_network_hesitates() -> None:
    one, two, all_ten = np.eye(10)[3], np.repeat([0.5, 0.0], [2, 8]), np.full(10, 0.1)

    assert rejection_thresholds.perplexity(np.stack([one, two, all_ten])) == pytest.approx([1, 2, 10])
    # The largest probability alone would take both for equally doubtful.
    either_of_two, spread = np.repeat([0.5, 0.0], [2, 8]), np.r_[0.5, np.full(9, 0.5 / 9)]
    assert rejection_thresholds.network_is_sure(np.stack([either_of_two, spread]), 3.0).tolist() == [True, False]


def test_few_references_are_farther_from_all_others_than_the_threshold(embedded: DataSet) -> None:
    knn = KNN(embedded.train.take(np.arange(500)), Grid(7, 7))
    points = knn.describe(knn.reference.images)
    distances = cdist(points, points)
    np.fill_diagonal(distances, np.inf)

    threshold = rejection_thresholds.distance_threshold(knn)

    assert (distances.min(axis=1) > threshold).mean() == pytest.approx(rejection_thresholds.REJECTED_SHARE, abs=0.002)


def test_the_threshold_is_measured_on_the_first_references_and_their_distance_to_all(
    embedded: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejection_thresholds, "MAX_IMAGES", 100)
    first = embedded.train.take(np.arange(100))
    # Each of the first has its like far behind the last on which the threshold is measured.
    knn = KNN(first.joined(embedded.train.take(np.arange(200, 400)), first), Grid(7, 7))

    assert rejection_thresholds.distance_threshold(knn) == 0
    assert rejection_thresholds.distance_threshold(KNN(first, Grid(7, 7))) > 0


def test_a_reference_that_is_there_twice_is_as_near_as_can_be_and_the_others_keep_their_distance() -> None:
    images = np.zeros((3, 28, 28), np.uint8)
    images[2, :4, :4] = 255  # 16 pixels of ink in one block

    knn = KNN(Digits(images, np.arange(3, dtype=np.uint8)), Grid(7, 7))

    assert rejection_thresholds.distance_threshold(knn) == pytest.approx(np.quantile([0, 0, 16], 0.9925))
