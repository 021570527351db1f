"""What a classifier decides by, projected to the plane, so that one can see which images look alike to it."""

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mnist_core import DigitLabError

FEWEST = 10
"""Images that t-SNE needs; fewer have no groups to be found."""
MOST = 2000
_PERPLEXITY = 30.0
"""About how many neighbours an image keeps."""


def pca(features: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The two directions in which (n, d) features vary most: points (n, 2), shares of the variance (2,).

    Pearson, On lines and planes of closest fit to systems of points in space (1901). An axis that is not there, for
    want of features or images, is 0. Raises `DigitLabError` where a feature is not finite.
    """
    if not np.isfinite(features).all():
        raise DigitLabError("This network gives numbers that are not finite; train it with a lower learning rate.")
    centred = features - features.mean(axis=0, dtype=np.float64)
    left, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    # An axis may point either way; its largest part is positive, so that a picture does not flip.
    signs = np.where(axes.max(axis=1) < -axes.min(axis=1), -1, 1)
    points, shares, found = np.zeros((len(features), 2)), np.zeros(2), min(2, len(sizes))
    variances = np.square(sizes)
    points[:, :found] = (left * sizes * signs)[:, :found]
    shares[:found] = variances[:found] / max(float(variances.sum()), np.finfo(float).tiny)
    return points, shares


def tsne(features: NDArray[np.floating], seed: int = 0) -> NDArray[np.float64]:
    """(n, d) features in the plane, neighbours kept near each other: (n, 2).

    Raises `DigitLabError` below ten images and where a feature is not finite.

    Van der Maaten and Hinton, Visualizing data using t-SNE (2008), from scikit-learn, begun with the PCA. With 64
    features 1,000 digits take 3 s and 2,000 take 8 s on one thread of an AMD EPYC processor.
    """
    count = len(features)
    if count < FEWEST:
        raise DigitLabError(f"t-SNE needs at least {FEWEST} images; choose PCA for {count}.")
    start, _ = pca(features)
    spread = float(start[:, 0].std())
    if spread == 0:
        return start  # all alike
    from sklearn.manifold import TSNE  # takes a second to import

    method = TSNE(
        perplexity=min(_PERPLEXITY, (count - 1) / 3), init=(start / spread * 1e-4).astype(np.float32), random_state=seed
    )
    # Two threads save a third of the time, but take ten times as long where another program wants a core.
    with threadpool_limits(1, user_api="openmp"):
        return np.asarray(method.fit_transform(features.astype(np.float32)), np.float64)


def tsne_seconds(count: int) -> float:
    """About how long t-SNE of so many images takes, by the measurement above."""
    return 1 + 2.3 * count / 1000 + 0.9 * (count / 1000) ** 2
