"""A data set laid out as Fashion-MNIST's files are, of made images: a patch of the ten places for each class."""

from pathlib import Path

import numpy as np

from mnist_core.data import KNOWN

NAME = "Fashion-MNIST"


def write(data_dir: Path) -> None:
    """Write its four IDX files into `data_dir`, in torchvision's layout: 60,000 training and 10,000 test images."""
    known = KNOWN[NAME]
    raw = data_dir / known.folder / "raw"
    raw.mkdir(parents=True)
    for seed, count, files in ((1, known.train_count, known.files[:2]), (2, known.test_count, known.files[2:])):
        rng = np.random.default_rng(seed)
        labels = rng.integers(0, 10, count, np.uint8)
        images = rng.integers(0, 60, (count, 28, 28), np.uint8)
        for label in range(10):
            row, column = divmod(label, 5)
            images[labels == label, 14 * row + 2 : 14 * row + 12, 5 * column + 2 : 5 * column + 6] += 150
        header = np.array([0x803, count, 28, 28], ">u4").tobytes()
        (raw / files[0]).write_bytes(header + images.tobytes())
        (raw / files[1]).write_bytes(np.array([0x801, count], ">u4").tobytes() + labels.tobytes())
