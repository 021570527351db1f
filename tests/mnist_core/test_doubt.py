"""A judge doubts shapes that cannot be one digit, and as few real digits as it is meant to."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from mnist_core import doubt, models
from mnist_core.blocks import Grid
from mnist_core.config import Loss, TrainingConfig
from mnist_core.data import DataSet, Digits
from mnist_core.ink import draw, paint
from mnist_core.knn import KNN

SEVEN = [[(10.0, 10.0), (60.0, 10.0), (30.0, 110.0)], [(20.0, 60.0), (55.0, 60.0)]]
BESIDE_EACH_OTHER = [[(60.0, 60.0), (60.0, 200.0)], [(200.0, 60.0), (200.0, 200.0)]]


@pytest.mark.parametrize("shape", [(280, 280), (28, 28), (1, 1)])
def test_a_canvas_without_ink_is_blank(shape: tuple[int, int]) -> None:
    assert doubt.shape(np.zeros(shape)) == "blank"


def test_a_dot_is_tiny() -> None:
    assert doubt.shape(paint([[(100.0, 100.0)]], 10)) == "tiny"


@pytest.mark.parametrize("stroke", [[(50.0, 50.0), (50.0, 120.0)], [(50.0, 50.0), (120.0, 50.0)]])
def test_a_short_stroke_in_either_direction_is_not_tiny(stroke: list[tuple[float, float]]) -> None:
    assert doubt.shape(paint([stroke], 10)) is None


def test_two_strokes_far_apart_side_by_side_are_several() -> None:
    assert doubt.shape(paint(BESIDE_EACH_OTHER, 20)) == "several"


@pytest.mark.parametrize("unit", [1 / 255, 1.0, 100.0])
def test_a_digit_can_be_one_in_whatever_unit_its_ink_is(unit: float) -> None:
    assert doubt.shape(draw(SEVEN) * unit) is None


def test_nearly_all_of_mnists_own_images_can_be_a_digit(embedded: DataSet) -> None:
    assert np.mean([doubt.shape(image) is None for image in embedded.test.images[:200]]) > 0.95


def sureness(loss: Loss, images: NDArray[np.uint8]) -> tuple[float, NDArray[np.float32]]:
    """The least probability of a network's answers, and how sure it is of each."""
    config = TrainingConfig(loss=loss, hidden_sizes=(32,), seed=1)
    model = models.build(config)
    return doubt.least_probability(model, loss, images), models.probabilities(model, loss, images).max(axis=1)


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
def test_a_network_is_less_sure_than_its_threshold_of_few_images(loss: Loss, embedded: DataSet) -> None:
    threshold, sure = sureness(loss, embedded.test.images)

    assert (sure < threshold).mean() == pytest.approx(doubt.SHARE, abs=0.001)


def test_a_networks_threshold_is_measured_on_the_first_images_only(
    embedded: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubt, "MEASURED_ON", 200)

    threshold, sure = sureness("mse", embedded.test.images)

    assert (sure[:200] < threshold).mean() == pytest.approx(doubt.SHARE, abs=0.005)
    assert threshold == sureness("mse", embedded.test.images[:200])[0]


def test_few_references_are_farther_from_all_others_than_the_threshold(embedded: DataSet) -> None:
    judge = KNN(embedded.train.take(np.arange(500)), Grid(7, 7))
    points = judge.describe(judge.reference.images)
    distances = cdist(points, points)
    np.fill_diagonal(distances, np.inf)

    threshold = doubt.most_distance(judge)

    assert (distances.min(axis=1) > threshold).mean() == pytest.approx(doubt.SHARE, abs=0.002)


def test_the_threshold_is_measured_on_the_first_references_and_their_distance_to_all(
    embedded: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubt, "MEASURED_ON", 100)
    first = embedded.train.take(np.arange(100))
    # Each of the first has its like far behind the last on which the threshold is measured.
    judge = KNN(first.joined(embedded.train.take(np.arange(200, 400)), first), Grid(7, 7))

    assert doubt.most_distance(judge) == 0
    assert doubt.most_distance(KNN(first, Grid(7, 7))) > 0


def test_a_reference_that_is_there_twice_is_as_near_as_can_be_and_the_others_keep_their_distance() -> None:
    images = np.zeros((3, 28, 28), np.uint8)
    images[2, :4, :4] = 255  # 16 pixels of ink in one block

    judge = KNN(Digits(images, np.arange(3, dtype=np.uint8)), Grid(7, 7))

    assert doubt.most_distance(judge) == pytest.approx(np.quantile([0, 0, 16], 0.985))
