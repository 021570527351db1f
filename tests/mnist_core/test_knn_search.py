"""The search finds exactly the nearest references, and among equally near ones those that come first."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from mnist_core.blocks import Grid, features
from mnist_core.data import DataSet
from mnist_core.knn.search import References

blocks_a_side = st.integers(1, 28)
thresholds = st.integers(0, 255)
seeds = st.integers(0, 2**32 - 1)


def some_counts(
    digits: DataSet, references: int, queries: int, rows: int, columns: int, threshold: int, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Block counts of references and queries; the references come from a third as many images, so many are alike."""
    generator = np.random.default_rng(seed)
    images = digits.train.images[generator.integers(0, len(digits.train), -(-references // 3))]
    counts = features(images, Grid(rows, columns, threshold))[generator.integers(0, len(images), references)]
    asked = np.concatenate([digits.test.images[generator.integers(0, 1_000, queries - 2)], images[:2]])
    return counts, features(asked, Grid(rows, columns, threshold))


def exact_search(
    references: NDArray[np.float32], queries: NDArray[np.float32], k: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whole-number squared distances of every pair, sorted so that ties keep the order of the references."""
    points, asked = references.astype(np.int64), queries.astype(np.int64)
    squares = np.stack([((points - query) ** 2).sum(axis=1) for query in asked])
    order = squares.argsort(axis=1, kind="stable")[:, :k]
    return np.take_along_axis(squares, order, axis=1), order


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    references=st.integers(1, 450),
    share=st.floats(0, 1),
    rows=blocks_a_side,
    columns=blocks_a_side,
    threshold=thresholds,
    seed=seeds,
)
def test_distances_are_exact_and_ties_go_to_the_lower_index(
    embedded: DataSet, references: int, share: float, rows: int, columns: int, threshold: int, seed: int
) -> None:
    points, queries = some_counts(embedded, references, 8, rows, columns, threshold, seed)
    k = max(1, round(share * references))

    squares, indices = References(points).nearest(queries, k)

    expected_squares, expected_indices = exact_search(points, queries, k)
    np.testing.assert_array_equal(squares, expected_squares)
    np.testing.assert_array_equal(indices, expected_indices)


@settings(deadline=None, derandomize=True, max_examples=30)
@given(k=st.integers(1, 20), rows=blocks_a_side, columns=blocks_a_side, threshold=thresholds, seed=seeds)
def test_distances_equal_those_of_scikit_learn(
    embedded: DataSet, k: int, rows: int, columns: int, threshold: int, seed: int
) -> None:
    points, queries = some_counts(embedded, 350, 8, rows, columns, threshold, seed)

    squares, _ = References(points).nearest(queries, k)

    neighbours = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(points.astype(np.float64))
    expected, _ = neighbours.kneighbors(queries.astype(np.float64))
    np.testing.assert_allclose(np.sqrt(squares), expected, rtol=1e-6, atol=1e-4)


@pytest.mark.parametrize("references", [1, 99, 100, 101, 250])
def test_references_that_are_all_alike_are_found_in_their_order(references: int) -> None:
    points = np.full((references, 20), 7, np.float32)

    squares, indices = References(points).nearest(points[:1], references)

    assert indices.tolist() == [list(range(references))]
    assert not squares.any()


def test_more_queries_than_one_batch_are_each_answered(embedded: DataSet) -> None:
    points, queries = some_counts(embedded, 300, 600, 5, 4, 0, seed=0)

    squares, indices = References(points).nearest(queries, 5)

    expected_squares, expected_indices = exact_search(points, queries, 5)
    np.testing.assert_array_equal(squares, expected_squares)
    np.testing.assert_array_equal(indices, expected_indices)


def test_the_largest_counts_there_are_stay_exact() -> None:
    points = np.array([[784], [783], [0], [1], [784]], np.float32)

    squares, indices = References(points).nearest(np.array([[784], [0]], np.float32), 5)

    assert indices.tolist() == [[0, 4, 1, 3, 2], [2, 3, 1, 0, 4]]
    assert squares.tolist() == [[0, 0, 1, 783**2, 784**2], [0, 1, 783**2, 784**2, 784**2]]
