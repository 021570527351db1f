"""K nearest neighbours vote as the textbook says, and one search serves every smaller k."""

import numpy as np
import pytest

from mnist_core import DigitLabError
from mnist_core.data import DataSet, Digits
from mnist_core.knn.blocks import Grid
from mnist_core.knn.classifier import KNN, knn_for_drawings
from mnist_core.knn.votes import NearestNeighbours


@pytest.fixture(scope="module")
def model(embedded: DataSet) -> KNN:
    return KNN(embedded.train, Grid(5, 4))


def neighbours_with(labels: list[int]) -> NearestNeighbours:
    """The neighbours of one image, nearest first."""
    k = len(labels)
    return NearestNeighbours(np.arange(k, dtype=np.float32)[None], np.arange(k)[None], np.array([labels], np.int64))


@pytest.mark.parametrize(
    ("labels", "predictions"),
    [
        ([7, 3], [7, 7]),
        ([3, 7, 7], [3, 3, 7]),
        ([9, 1, 1, 9], [9, 9, 1, 9]),
        ([5, 2, 8, 8, 2], [5, 5, 5, 8, 2]),
        ([0, 9, 9, 0, 4], [0, 0, 9, 0, 0]),
    ],
)
def test_the_majority_wins_and_a_tie_goes_to_the_nearer_neighbour(labels: list[int], predictions: list[int]) -> None:
    assert neighbours_with(labels).predictions().tolist() == [predictions]


def test_each_column_of_the_predictions_is_a_search_with_that_k(model: KNN, embedded: DataSet) -> None:
    images = embedded.test.images[:300]

    predictions = model.find_neighbours(images, 12).predictions()

    assert predictions.shape == (300, 12)
    for k in range(1, 13):
        np.testing.assert_array_equal(predictions[:, k - 1], model.find_neighbours(images, k).predictions()[:, -1])


def test_votes_count_the_labels_of_the_neighbours() -> None:
    assert neighbours_with([3, 7, 3, 3, 0]).votes().tolist() == [[1, 0, 0, 3, 0, 0, 0, 1, 0, 0]]


def test_neighbours_come_with_their_labels_nearest_first(model: KNN, embedded: DataSet) -> None:
    neighbours = model.find_neighbours(embedded.test.images[:50], 7)

    np.testing.assert_array_equal(neighbours.labels, embedded.train.labels[neighbours.indices])
    differences = (
        model.describe(embedded.train.images)[neighbours.indices] - model.describe(embedded.test.images[:50])[:, None]
    )
    np.testing.assert_allclose(neighbours.distances, np.linalg.norm(differences, axis=2), rtol=1e-6)
    assert (np.diff(neighbours.distances, axis=1) >= 0).all()


def test_an_image_that_is_a_reference_is_its_own_nearest(model: KNN, embedded: DataSet) -> None:
    neighbours = model.find_neighbours(embedded.train.images[:100], 1)

    assert not neighbours.distances.any()
    np.testing.assert_array_equal(
        model.describe(embedded.train.images)[neighbours.indices[:, 0]], model.describe(embedded.train.images[:100])
    )


def test_without_drops_the_image_itself(model: KNN, embedded: DataSet) -> None:
    index = 42
    neighbours = model.find_neighbours(embedded.train.images[index : index + 1], 6)
    assert index in neighbours.indices

    others = neighbours.without(index)

    assert index not in others.indices
    kept = [i for i in range(6) if neighbours.indices[0, i] != index]
    np.testing.assert_array_equal(others.indices, neighbours.indices[:, kept])
    np.testing.assert_array_equal(others.distances, neighbours.distances[:, kept])
    np.testing.assert_array_equal(others.labels, neighbours.labels[:, kept])


def test_without_drops_the_farthest_where_the_image_is_not_found(embedded: DataSet) -> None:
    # Six equal references: the last is not among the three neighbours neighbours.
    image = embedded.train.images[:1]
    alike = KNN(Digits(image.repeat(6, axis=0), np.arange(6, dtype=np.uint8)), Grid(5, 4))

    assert alike.find_neighbours(image, 3).without(5).indices.tolist() == [[0, 1]]
    assert alike.find_neighbours(image, 3).without(1).indices.tolist() == [[0, 2]]


def test_the_only_reference_has_no_other_neighbour(embedded: DataSet) -> None:
    alone = KNN(embedded.train.take(np.array([0])), Grid(5, 4))

    with pytest.raises(DigitLabError, match="there is no other training image"):
        alone.find_neighbours(embedded.train.images[:1], 1).without(0)


@pytest.mark.parametrize("k", [0, -1, 4_001])
def test_a_k_out_of_range_is_one_sentence(k: int, model: KNN, embedded: DataSet) -> None:
    with pytest.raises(DigitLabError, match=rf"\Ak is {k}; choose one from 1 to 4,000[^\n]*\.\Z"):
        model.find_neighbours(embedded.test.images[:1], k)


@pytest.mark.parametrize("k", [1, 4_000])
def test_the_limits_of_k_are_allowed(k: int, model: KNN, embedded: DataSet) -> None:
    neighbours = model.find_neighbours(embedded.test.images[:1], k)

    assert len(set(neighbours.indices[0].tolist())) == k
    assert neighbours.votes().sum() == k


@pytest.mark.parametrize(
    ("name", "value"),
    [("rows", 0), ("rows", 29), ("columns", 0), ("columns", 29), ("threshold", -1), ("threshold", 256)],
)
def test_a_grid_or_threshold_out_of_range_is_one_sentence_naming_it(name: str, value: int) -> None:
    with pytest.raises(DigitLabError, match=rf"\AThe number for {name} is {value}; choose one from [^\n]*\.\Z"):
        Grid(**({"rows": 5, "columns": 4, "threshold": 0} | {name: value}))


def test_the_classifier_of_drawings_reads_most_test_images(embedded: DataSet) -> None:
    predictions = knn_for_drawings(embedded.train).find_neighbours(embedded.test.images, 5).predictions()[:, -1]

    assert (predictions == embedded.test.labels).mean() >= 0.9
