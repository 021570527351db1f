"""What the product promises on full MNIST, measured: the accuracy of its presets, and that drawings are read too."""

import os
from pathlib import Path

import numpy as np
import pytest
from torch import nn

from mnist_core import config, ink, models, training
from mnist_core.blocks import Grid
from mnist_core.data import DataSet, Digits
from mnist_core.knn import KNN

pytestmark = [pytest.mark.accept, pytest.mark.full_mnist]

# As it was when pytest started: real digits drawn with a pen, as a strokes file with labels.
STROKES = os.environ.get("MNIST_STROKES", "")
needs_strokes = pytest.mark.skipif(not Path(STROKES).is_file(), reason="MNIST_STROKES names no strokes file")


def trained(preset: str, seed: int, data_set: DataSet) -> nn.Module:
    """A preset's network, trained on all training images."""
    settings = config.configure(preset, seed=seed)
    model = models.build(settings)
    for _ in training.Trainer(model, settings, data_set.train, data_set.test.take(np.arange(0))).run():
        pass
    return model


def accuracy(model: nn.Module, digits: Digits) -> float:
    """The share of digits whose largest output is the right one."""
    return float((models.outputs(model, digits.images).argmax(1).numpy() == digits.labels).mean())


@pytest.fixture(scope="module")
def networks(full_mnist: DataSet) -> dict[int, nn.Module]:
    """The tutorial's network, trained with three seeds."""
    return {seed: trained("tutorial", seed, full_mnist) for seed in (0, 1, 2)}


@pytest.fixture(scope="module")
def for_drawing(full_mnist: DataSet) -> nn.Module:
    """The network of the preset for drawing."""
    return trained("drawing", 0, full_mnist)


@pytest.fixture(scope="module")
def drawn() -> Digits:
    """The digits drawn with a pen, as a page would give them to a network."""
    drawings = ink.read_drawings(Path(STROKES))
    images = [image for _, image in drawings if image is not None]
    assert len(images) == len(drawings) >= 500
    return Digits(np.stack(images), np.array([label for label, _ in drawings], np.uint8))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_tutorial_reads_about_95_percent_of_the_test_images(
    seed: int, networks: dict[int, nn.Module], full_mnist: DataSet
) -> None:
    assert 0.946 <= accuracy(networks[seed], full_mnist.test) <= 0.957


def test_normalising_the_test_images_again_costs_at_most_half_a_percent(
    networks: dict[int, nn.Module], full_mnist: DataSet
) -> None:
    again = [normalised for image in full_mnist.test.images if (normalised := ink.normalise(image)) is not None]
    assert len(again) == 10_000

    found = accuracy(networks[0], Digits(np.stack(again), full_mnist.test.labels))

    assert found >= accuracy(networks[0], full_mnist.test) - 0.005


@needs_strokes
def test_the_tutorial_reads_at_least_78_percent_of_digits_drawn_with_a_pen(
    networks: dict[int, nn.Module], drawn: Digits
) -> None:
    assert accuracy(networks[0], drawn) >= 0.78


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_accurate_preset_reads_at_least_99_percent_of_the_test_images(seed: int, full_mnist: DataSet) -> None:
    assert accuracy(trained("accurate", seed, full_mnist), full_mnist.test) >= 0.990


def test_the_preset_for_drawing_reads_at_least_99_2_percent_of_the_test_images(
    for_drawing: nn.Module, full_mnist: DataSet
) -> None:
    assert accuracy(for_drawing, full_mnist.test) >= 0.992


@needs_strokes
def test_the_preset_for_drawing_reads_at_least_94_percent_of_digits_drawn_with_a_pen(
    for_drawing: nn.Module, drawn: Digits
) -> None:
    assert accuracy(for_drawing, drawn) >= 0.94


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
    answers = KNN(full_mnist.train, grid).neighbours(full_mnist.test.images, 3).answers()[:, -1]

    assert (answers == full_mnist.test.labels).mean() >= least
