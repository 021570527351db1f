"""A judge doubts shapes that cannot be one digit, and as few real digits as it is meant to."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from mnist_core.config import Loss, TrainingConfig
from mnist_core.data import DataSet, Digits
from mnist_core.drawing import draw, paint
from mnist_core.drawing.rejection import unreadable_reason
from mnist_core.evaluation import rejection_thresholds
from mnist_core.knn.blocks import Grid
from mnist_core.knn.classifier import KNN
from mnist_core.training import networks

SEVEN = [[(10.0, 10.0), (60.0, 10.0), (30.0, 110.0)], [(20.0, 60.0), (55.0, 60.0)]]
BESIDE_EACH_OTHER = [[(60.0, 60.0), (60.0, 200.0)], [(200.0, 60.0), (200.0, 200.0)]]


@pytest.mark.parametrize("shape", [(280, 280), (28, 28), (1, 1)])
def test_a_canvas_without_ink_is_blank(shape: tuple[int, int]) -> None:
    assert unreadable_reason(np.zeros(shape)) == "blank"


def test_a_dot_is_tiny() -> None:
    assert unreadable_reason(paint([[(100.0, 100.0)]], 10)) == "tiny"


@pytest.mark.parametrize("stroke", [[(50.0, 50.0), (50.0, 120.0)], [(50.0, 50.0), (120.0, 50.0)]])
def test_a_short_stroke_in_either_direction_is_not_tiny(stroke: list[tuple[float, float]]) -> None:
    assert unreadable_reason(paint([stroke], 10)) is None


def test_two_strokes_far_apart_side_by_side_are_several() -> None:
    assert unreadable_reason(paint(BESIDE_EACH_OTHER, 20)) == "several"


@pytest.mark.parametrize("unit", [1 / 255, 1.0, 100.0])
def test_a_digit_can_be_one_in_whatever_unit_its_ink_is(unit: float) -> None:
    assert unreadable_reason(draw(SEVEN) * unit) is None


def test_nearly_all_of_mnists_own_images_can_be_a_digit(embedded: DataSet) -> None:
    assert np.mean([unreadable_reason(image) is None for image in embedded.test.images[:200]]) > 0.95


def sureness(loss: Loss, images: NDArray[np.uint8]) -> tuple[float, NDArray[np.float32]]:
    """The least probability of a network's answers, and how sure it is of each."""
    config = TrainingConfig(loss=loss, hidden_sizes=(32,), seed=1)
    model = networks.build_network(config)
    return rejection_thresholds.probability_threshold(model, loss, images), networks.probabilities(
        model, loss, images
    ).max(axis=1)


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
def test_a_network_is_less_sure_than_its_threshold_of_few_images(loss: Loss, embedded: DataSet) -> None:
    threshold, sure = sureness(loss, embedded.test.images)

    assert (sure < threshold).mean() == pytest.approx(rejection_thresholds.REJECTED_SHARE, abs=0.001)


def test_a_networks_threshold_is_measured_on_the_first_images_only(
    embedded: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejection_thresholds, "MAX_IMAGES", 200)

    threshold, sure = sureness("mse", embedded.test.images)

    assert (sure[:200] < threshold).mean() == pytest.approx(rejection_thresholds.REJECTED_SHARE, abs=0.005)
    assert threshold == sureness("mse", embedded.test.images[:200])[0]


def test_few_references_are_farther_from_all_others_than_the_threshold(embedded: DataSet) -> None:
    judge = KNN(embedded.train.take(np.arange(500)), Grid(7, 7))
    points = judge.describe(judge.reference.images)
    distances = cdist(points, points)
    np.fill_diagonal(distances, np.inf)

    threshold = rejection_thresholds.distance_threshold(judge)

    assert (distances.min(axis=1) > threshold).mean() == pytest.approx(rejection_thresholds.REJECTED_SHARE, abs=0.002)


def test_the_threshold_is_measured_on_the_first_references_and_their_distance_to_all(
    embedded: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejection_thresholds, "MAX_IMAGES", 100)
    first = embedded.train.take(np.arange(100))
    # Each of the first has its like far behind the last on which the threshold is measured.
    judge = KNN(first.joined(embedded.train.take(np.arange(200, 400)), first), Grid(7, 7))

    assert rejection_thresholds.distance_threshold(judge) == 0
    assert rejection_thresholds.distance_threshold(KNN(first, Grid(7, 7))) > 0


def test_a_reference_that_is_there_twice_is_as_near_as_can_be_and_the_others_keep_their_distance() -> None:
    images = np.zeros((3, 28, 28), np.uint8)
    images[2, :4, :4] = 255  # 16 pixels of ink in one block

    judge = KNN(Digits(images, np.arange(3, dtype=np.uint8)), Grid(7, 7))

    assert rejection_thresholds.distance_threshold(judge) == pytest.approx(np.quantile([0, 0, 16], 0.985))
