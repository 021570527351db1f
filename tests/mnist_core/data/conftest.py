"""A miniature that stands for MNIST, so that a test can write it in every form at once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mnist_core.data import FULL, KAGGLE, KNOWN, DataSet
from mnist_core.settings import Settings
from tests.mnist_core.data import made_sets
from tests.mnist_core.data.made_sets import Arrays

TRAIN, TEST = 70, 20


@pytest.fixture
def miniature(monkeypatch: pytest.MonkeyPatch, embedded: DataSet) -> Arrays:
    """90 digits which the program takes for MNIST's own; so many are enough for a relative, and fewer for Kaggle's."""
    train, test = embedded.train.take(np.arange(TRAIN)), embedded.test.take(np.arange(TEST))
    made = train.images, train.labels, test.images, test.labels
    for name, known in list(KNOWN.items()):
        if known.folder:
            small = replace(known, train_count=TRAIN, test_count=TEST)
            own = replace(small, checksums=made_sets.checksums(made)) if name == FULL else small
            monkeypatch.setitem(KNOWN, name, own)
    monkeypatch.setitem(KNOWN, KAGGLE, replace(KNOWN[KAGGLE], train_count=60, test_count=10))
    return made


@pytest.fixture
def runs_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data of mine"


@pytest.fixture
def named(folder: Path, runs_dir: Path) -> Settings:
    """The settings of a person who named the data folder, and no data set."""
    return Settings(data_dir=folder, runs_dir=runs_dir, data_set=FULL)


@pytest.fixture
def relative(miniature: Arrays) -> Arrays:
    """As many images as the miniature, and others: in a relative's folder, MNIST's own are not taken for it."""
    images, labels, test_images, test_labels = miniature
    return images[:, ::-1], labels[::-1], test_images[:, ::-1], test_labels[::-1]


@pytest.fixture(scope="session")
def full_mnist_folders(
    full_mnist_dir: Path, full_mnist: DataSet, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """The folder of full MNIST, and one for each other form of it."""
    folder, made = tmp_path_factory.mktemp("full"), made_sets.arrays(full_mnist)
    return {
        "raw": full_mnist_dir,
        "gz": made_sets.write_idx(folder / "gz", made, tuple(f"{name}.gz" for name in made_sets.FILES)),
        "npz": made_sets.write_npz(folder / "npz", made),
        "csv": made_sets.write_csv(folder / "csv", made),
    }
