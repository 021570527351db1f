"""What the product promises on full MNIST, measured: the accuracy of its presets and of K nearest neighbours."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier
from torch import nn

from mnist_core.data import DataSet
from mnist_core.knn.blocks import Grid
from mnist_core.knn.classifier import KNN
from tests.accept.networks import accuracy, trained

pytestmark = [pytest.mark.accept, pytest.mark.full_mnist]


@pytest.fixture(scope="module")
def networks(full_mnist: DataSet) -> dict[int, nn.Module]:
    """The tutorial's network, trained with three seeds."""
    return {seed: trained("tutorial", seed, full_mnist) for seed in (0, 1, 2)}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_tutorial_reads_about_95_percent_of_the_test_images(
    seed: int, networks: dict[int, nn.Module], full_mnist: DataSet
) -> None:
    assert 0.946 <= accuracy(networks[seed], full_mnist.test) <= 0.957


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_accurate_preset_reads_at_least_99_percent_of_the_test_images(seed: int, full_mnist: DataSet) -> None:
    assert accuracy(trained("accurate", seed, full_mnist), full_mnist.test) >= 0.990


@pytest.mark.parametrize(
    ("grid", "least"),
    [
        (Grid(5, 4), 0.865),
        (Grid(7, 7), 0.950),
        (Grid(14, 14), 0.964),
        (Grid(14, 14, measure="intensity"), 0.972),
    ],
)
def test_three_neighbours_read_the_test_images(grid: Grid, least: float, full_mnist: DataSet) -> None:
    answers = KNN(full_mnist.train, grid).find_neighbours(full_mnist.test.images, 3).predictions()[:, -1]

    assert (answers == full_mnist.test.labels).mean() >= least


def test_neighbours_are_as_accurate_as_scikit_learns(full_mnist: DataSet) -> None:
    model = KNN(full_mnist.train, Grid(5, 4))

    correct = model.find_neighbours(full_mnist.test.images, 11).predictions() == full_mnist.test.labels[:, None]

    assert correct[:, 2].mean() >= 0.865

    def nearer_first(distances: NDArray[np.float64]) -> NDArray[np.float64]:
        """Equal votes go to the digit with the nearer neighbour; plain votes would go to the smaller digit."""
        return np.tile(1 + 2.0 ** -(np.arange(distances.shape[1]) + 10), (len(distances), 1))

    queries = model.describe(full_mnist.test.images)
    for k in range(1, 12):
        classifier = KNeighborsClassifier(k, algorithm="brute", weights=nearer_first)
        classifier.fit(model.describe(full_mnist.train.images), full_mnist.train.labels)
        theirs = classifier.score(queries, full_mnist.test.labels)
        assert abs(correct[:, k - 1].mean() - theirs) <= 0.003, f"k = {k}"
