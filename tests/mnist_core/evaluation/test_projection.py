"""Projections to two dimensions keep the groups and the variance of the features."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.evaluation import projection


def groups(count: int, features: int = 20) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Three groups far from each other, and of which group each row is."""
    rng = np.random.default_rng(0)
    of = np.arange(count) % 3
    return (50 * np.eye(3, features)[of] + rng.normal(size=(count, features))).astype(np.float32), of


def nearest_is_of_the_same_group(points: NDArray[np.float64], of: NDArray[np.int64]) -> bool:
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return bool((of[distances.argmin(axis=1)] == of).all())


def test_pca_finds_the_directions_of_most_variance_and_their_shares() -> None:
    rng = np.random.default_rng(1)
    plane = rng.normal(size=(400, 2)) * (30, 10)
    turned, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    features = plane @ turned[:2] + 7

    points, shares = projection.pca(features)

    assert points.mean(axis=0) == pytest.approx([0, 0], abs=1e-9)
    assert shares.sum() == pytest.approx(1)
    expected = np.linalg.eigvalsh(np.cov(plane.T))[::-1]
    assert shares == pytest.approx(expected / expected.sum())
    assert points.var(axis=0, ddof=1) == pytest.approx(expected)
    # In a plane already: all distances stay.
    assert np.linalg.norm(points[0] - points[1:], axis=1) == pytest.approx(np.linalg.norm(plane[0] - plane[1:], axis=1))


def test_pca_of_noise_shows_little_of_it() -> None:
    _, shares = projection.pca(np.random.default_rng(2).normal(size=(2_000, 100)))

    assert 0.02 < shares.sum() < 0.05
    assert shares[0] >= shares[1]


@pytest.mark.parametrize("project", [projection.pca, projection.tsne])
def test_features_that_are_not_finite_are_refused_in_one_sentence(project: Callable[..., object]) -> None:
    features, _ = groups(30)
    features[3, 4] = np.nan

    with pytest.raises(DigitLabError, match="not finite; train it with a lower learning rate"):
        project(features)


@pytest.mark.parametrize("seed", range(6))
def test_an_axis_grows_with_the_feature_that_it_is_made_of_most_so_that_no_picture_is_flipped(seed: int) -> None:
    features = np.random.default_rng(seed).normal(size=(100, 5)) * (1, 9, 1, 3, 1)

    points, _ = projection.pca(features)

    assert np.corrcoef(points[:, 0], features[:, 1])[0, 1] > 0.9
    assert np.corrcoef(points[:, 1], features[:, 3])[0, 1] > 0.9


@pytest.mark.parametrize(("count", "features"), [(1, 5), (2, 5), (3, 1), (2, 2), (30, 1)])
def test_too_few_images_or_features_for_two_directions_leave_an_axis_empty(count: int, features: int) -> None:
    values = np.random.default_rng(3).normal(size=(count, features)).astype(np.float32)

    points, shares = projection.pca(values)

    assert points.shape == (count, 2)
    assert np.isfinite(points).all()
    assert shares.sum() == pytest.approx(1 if count > 1 else 0)


@pytest.mark.parametrize("value", [0.0, 0.1, -7.3])
def test_features_that_are_all_equal_lie_on_one_point(value: float) -> None:
    points, shares = projection.pca(np.full((20, 4), value, np.float32))

    assert not points.any()
    assert not shares.any()


def test_pca_is_that_of_the_singular_values() -> None:
    features = np.random.default_rng(5).normal(size=(200, 30)).astype(np.float32)

    points, shares = projection.pca(features)

    left, sizes, axes = np.linalg.svd(features - features.mean(axis=0, dtype=np.float64), full_matrices=False)
    signs = np.sign(axes[np.arange(2), np.abs(axes[:2]).argmax(axis=1)])
    np.testing.assert_allclose(points, (left * sizes)[:, :2] * signs, atol=1e-9)
    np.testing.assert_allclose(shares, np.square(sizes)[:2] / np.square(sizes).sum())


@pytest.mark.parametrize("count", [projection.MIN_IMAGES, 30, 150])
def test_tsne_keeps_neighbours_together_whatever_the_number_of_images(count: int) -> None:
    features, of = groups(count)

    points = projection.tsne(features)

    assert points.shape == (count, 2)
    assert nearest_is_of_the_same_group(points, of) or count < 30


def test_tsne_gives_the_same_picture_each_time() -> None:
    features, _ = groups(60)

    np.testing.assert_array_equal(projection.tsne(features), projection.tsne(features))


@pytest.mark.parametrize("features", [np.ones((20, 4)), np.arange(40.0)[:, None]])
def test_tsne_of_images_that_are_all_alike_or_of_one_feature_has_numbers(features: NDArray[np.float64]) -> None:
    assert np.isfinite(projection.tsne(features)).all()


def test_tsne_of_a_handful_says_what_to_do() -> None:
    with pytest.raises(DigitLabError, match=r"^t-SNE needs at least 10 images; choose PCA for 9\.$"):
        projection.tsne(np.zeros((9, 4)))


def test_the_time_that_is_told_grows_faster_than_the_number_of_images() -> None:
    seconds = [projection.tsne_seconds(count) for count in (500, 1_000, 2_000)]

    assert seconds == sorted(seconds)
    assert 2 * seconds[1] < seconds[2]
