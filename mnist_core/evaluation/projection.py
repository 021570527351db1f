"""The features that a classifier decides by, projected to two dimensions: images near each other look alike to it."""

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mnist_core import DigitLabError

MIN_IMAGES = 10
"""For t-SNE; fewer images show no groups."""
MAX_IMAGES = 2000
_PERPLEXITY = 30.0
"""Roughly how many neighbours of an image t-SNE preserves."""


def pca(features: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The first two principal components of (n, d) features: points (n, 2), shares of the variance (2,).

    Each component points where its largest loading is positive, so that the same features always give the same picture.
    Where there is no variance left for a component, its coordinates and its share are 0.

    Raises `DigitLabError` where a feature is not finite.
    """
    if not np.isfinite(features).all():
        raise DigitLabError("This network gives numbers that are not finite; train it with a lower learning rate.")
    points, shares, components = np.zeros((len(features), 2)), np.zeros(2), min(2, *features.shape)
    if np.ptp(features, axis=0).any():
        from sklearn.decomposition import PCA  # takes up to a second to load

        model = PCA(components, svd_solver="full")
        points[:, :components] = model.fit_transform(features.astype(np.float64))
        shares[:components] = model.explained_variance_ratio_
    return points, shares


def tsne(features: NDArray[np.floating], seed: int = 0) -> NDArray[np.float64]:
    """(n, d) features in two dimensions, (n, 2), by t-SNE: near neighbours stay near each other.

    Raises `DigitLabError` for fewer than ten images and where a feature is not finite.

    Van der Maaten and Hinton, Visualizing data using t-SNE (2008), from scikit-learn, initialised with the PCA. With 64
    features 1,000 digits take 3 s and 2,000 take 8 s on one thread of an AMD EPYC processor.
    """
    count = len(features)
    if count < MIN_IMAGES:
        raise DigitLabError(f"t-SNE needs at least {MIN_IMAGES} images; choose PCA for {count}.")
    start, _ = pca(features)
    deviation = float(start[:, 0].std())
    if deviation == 0:
        return start  # all features are equal
    from sklearn.manifold import TSNE  # takes a second to import

    method = TSNE(
        perplexity=min(_PERPLEXITY, (count - 1) / 3),
        init=(start / deviation * 1e-4).astype(np.float32),
        random_state=seed,
    )
    # Two threads save a third of the time, but take ten times as long when another program uses a core.
    with threadpool_limits(1, user_api="openmp"):
        return np.asarray(method.fit_transform(features.astype(np.float32)), np.float64)


def tsne_seconds(count: int) -> float:
    """An estimate of how long `tsne` takes for `count` images, from the measurement above."""
    return 1 + 2.3 * count / 1000 + 0.9 * (count / 1000) ** 2
