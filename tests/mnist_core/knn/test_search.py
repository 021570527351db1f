"""The search finds exactly the nearest references, and among equally near ones those that come first."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_info

from mnist_core.data import DataSet
from mnist_core.knn.blocks import FeatureRows, Grid
from mnist_core.knn.classifier import KNN
from mnist_core.knn.search import ExactSearch

grids = st.builds(
    Grid, st.integers(1, 28), st.integers(1, 28), st.integers(0, 255), st.sampled_from(["count", "intensity"])
)
seeds = st.integers(0, 2**32 - 1)


def some_features(
    digits: DataSet, references: int, queries: int, grid: Grid, seed: int
) -> tuple[FeatureRows, FeatureRows]:
    """Features of references and queries; the references are repeated images, so that many are equal."""
    rng = np.random.default_rng(seed)
    images = digits.train.images[rng.integers(0, len(digits.train), -(-references // 3))]
    model = KNN(digits.train.take(np.arange(1)), grid)
    points = model.describe(images)[rng.integers(0, len(images), references)]
    asked = np.concatenate([digits.test.images[rng.integers(0, 1_000, queries - 2)], images[:2]])
    return points, model.describe(asked)


def exact_search(references: FeatureRows, queries: FeatureRows, k: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whole-number squared distances of every pair, sorted so that ties keep the order of the references."""
    points, asked = references.astype(np.int64), queries.astype(np.int64)
    squares = np.stack([((points - query) ** 2).sum(axis=1) for query in asked])
    order = squares.argsort(axis=1, kind="stable")[:, :k]
    return np.take_along_axis(squares, order, axis=1), order


@settings(deadline=None, derandomize=True, max_examples=60)
@given(references=st.integers(1, 450), share=st.floats(0, 1), grid=grids, seed=seeds)
def test_distances_are_exact_and_ties_go_to_the_lower_index(
    embedded: DataSet, references: int, share: float, grid: Grid, seed: int
) -> None:
    points, queries = some_features(embedded, references, 8, grid, seed)
    k = max(1, round(share * references))

    search = ExactSearch(points)
    one_by_one = zip(*(search.nearest(query[None], k) for query in queries), strict=True)

    expected = exact_search(points, queries, k)
    for found in (search.nearest(queries, k), map(np.concatenate, one_by_one)):
        for part, expected_part in zip(found, expected, strict=True):
            np.testing.assert_array_equal(part, expected_part)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(k=st.integers(1, 60), grid=grids, seed=seeds)
def test_distances_and_all_neighbours_that_are_not_tied_equal_those_of_scikit_learn(
    embedded: DataSet, k: int, grid: Grid, seed: int
) -> None:
    points, queries = some_features(embedded, 350, 8, grid, seed)

    squares, indices = ExactSearch(points).nearest(queries, k)

    neighbours = NearestNeighbors(n_neighbors=len(points), algorithm="brute").fit(points.astype(np.float64))
    distances, theirs = neighbours.kneighbors(queries.astype(np.float64))
    np.testing.assert_allclose(np.sqrt(squares, dtype=np.float64), distances[:, :k], rtol=1e-6, atol=1e-3)
    for ours, other, row in zip(indices, theirs, np.square(distances).round(), strict=True):
        untied = np.array([(row == value).sum() == 1 for value in row[:k]], bool)
        np.testing.assert_array_equal(ours[untied], other[:k][untied])


@pytest.mark.parametrize("references", [1, 99, 100, 101, 250])
def test_equal_references_keep_their_order(references: int) -> None:
    points = np.full((references, 20), 7, np.float32)

    squares, indices = ExactSearch(points).nearest(points[:1], references)

    assert indices.tolist() == [list(range(references))]
    assert not squares.any()


def test_more_queries_than_one_batch_are_all_searched(embedded: DataSet) -> None:
    points, queries = some_features(embedded, 300, 600, Grid(5, 4), seed=0)

    squares, indices = ExactSearch(points).nearest(queries, 5)

    expected_squares, expected_indices = exact_search(points, queries, 5)
    np.testing.assert_array_equal(squares, expected_squares)
    np.testing.assert_array_equal(indices, expected_indices)


def test_no_images_have_no_neighbours(embedded: DataSet) -> None:
    neighbours = KNN(embedded.train.take(np.arange(50)), Grid(5, 4)).find_neighbours(embedded.test.images[:0], 3)

    assert neighbours.indices.shape == (0, 3)


def test_the_largest_possible_counts_stay_exact() -> None:
    points = np.array([[784], [783], [0], [1], [784]], np.float32)

    squares, indices = ExactSearch(points).nearest(np.array([[784], [0]], np.float32), 5)

    assert indices.tolist() == [[0, 4, 1, 3, 2], [2, 3, 1, 0, 4]]
    assert squares.tolist() == [[0, 0, 1, 783**2, 784**2], [0, 1, 783**2, 784**2, 784**2]]


def test_concurrent_searches_restore_the_number_of_threads(embedded: DataSet) -> None:
    points, queries = some_features(embedded, 300, 600, Grid(5, 4), seed=0)
    before = torch.get_num_threads(), _blas_threads()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: ExactSearch(points).nearest(queries, 5), range(12)))

    for squares, indices in results:
        np.testing.assert_array_equal(squares, results[0][0])
        np.testing.assert_array_equal(indices, results[0][1])
    assert (torch.get_num_threads(), _blas_threads()) == before


def test_the_largest_sums_of_intensity_stay_exact() -> None:
    most = 784 * 255
    points = np.array([[most], [most - 1], [0], [1]], np.float64)

    squares, indices = ExactSearch(points).nearest(np.array([[most], [0]], np.float64), 4)

    assert indices.tolist() == [[0, 1, 3, 2], [2, 3, 1, 0]]
    assert squares.tolist() == [[0, 1, (most - 1) ** 2, most**2], [0, 1, (most - 1) ** 2, most**2]]


def _blas_threads() -> list[int]:
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
