"""What the product promises on full MNIST, measured: the tutorial's accuracy, and drawings read almost as well."""

import os
from pathlib import Path

import numpy as np
import pytest
from torch import nn

from mnist_core import config, ink, models, training
from mnist_core.data import DataSet, Digits

pytestmark = [pytest.mark.accept, pytest.mark.full_mnist]

# As it was when pytest started: real digits drawn with a pen, as a strokes file with labels.
STROKES = os.environ.get("MNIST_STROKES", "")


@pytest.fixture(scope="module")
def networks(full_mnist: DataSet) -> dict[int, nn.Module]:
    """The tutorial's network, trained with three seeds."""
    trained: dict[int, nn.Module] = {}
    for seed in (0, 1, 2):
        settings = config.configure("tutorial", seed=seed)
        trained[seed] = models.build(settings)
        for _ in training.train(trained[seed], settings, full_mnist.train, full_mnist.test.take(np.arange(0))):
            pass
    return trained


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_tutorial_reads_about_95_percent_of_the_test_images(
    seed: int, networks: dict[int, nn.Module], full_mnist: DataSet
) -> None:
    assert 0.946 <= training.accuracy(networks[seed], full_mnist.test) <= 0.957


def test_normalising_the_test_images_again_costs_at_most_half_a_percent(
    networks: dict[int, nn.Module], full_mnist: DataSet
) -> None:
    again = [normalised for image in full_mnist.test.images if (normalised := ink.normalise(image)) is not None]
    assert len(again) == 10_000

    accuracy = training.accuracy(networks[0], Digits(np.stack(again), full_mnist.test.labels))

    assert accuracy >= training.accuracy(networks[0], full_mnist.test) - 0.005


@pytest.mark.skipif(not Path(STROKES).is_file(), reason="MNIST_STROKES names no strokes file")
def test_at_least_78_percent_of_digits_drawn_with_a_pen_are_read(networks: dict[int, nn.Module]) -> None:
    drawings = ink.read_drawings(Path(STROKES))
    images = np.stack([image for _, image in drawings if image is not None])
    labels = np.array([label for label, image in drawings if image is not None], np.uint8)

    assert len(images) == len(drawings) >= 500
    assert training.accuracy(networks[0], Digits(images, labels)) >= 0.78
