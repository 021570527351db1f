"""Sets made in each of the forms in which people have them, of any size."""

import gzip
import hashlib
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import FULL, KNOWN, DataSet

FILES = KNOWN[FULL].files
DOTTED = tuple(name.replace("-idx", ".idx") for name in FILES)
KEYS = ("x_train", "y_train", "x_test", "y_test")
PIXELS = ",".join(f"pixel{number}" for number in range(784))
Arrays = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]
Make = Callable[[Path, Arrays], Path | None]
"""Fills a folder; returns the one to name where it is another."""


def arrays(digits: DataSet) -> Arrays:
    """Images and labels for training, then those for test."""
    return digits.train.images, digits.train.labels, digits.test.images, digits.test.labels


def idx_file(numbers: NDArray[np.uint8]) -> bytes:
    header = struct.pack(f">4B{numbers.ndim}I", 0, 0, 8, numbers.ndim, *numbers.shape)
    return header + numbers.tobytes()


def checksums(made: Arrays) -> tuple[str, str, str, str]:
    first, second, third, fourth = (hashlib.md5(idx_file(part)).hexdigest() for part in made)
    return first, second, third, fourth


def packed(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the files when they are gzipped."""
    return tuple(f"{name}.gz" for name in names)


def write_idx(folder: Path, made: Arrays, names: tuple[str, ...] = FILES) -> Path:
    """The four IDX files, gzipped where the name ends so."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in zip(names, made, strict=True):
        content = idx_file(part)
        (folder / name).write_bytes(gzip.compress(content, 1) if name.endswith(".gz") else content)
    return folder


def write_npz(folder: Path, made: Arrays, name: str = "mnist.npz") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / name, **dict(zip(KEYS, made, strict=True)))  # type: ignore[arg-type]
    return folder


def write_table(path: Path, images: NDArray[np.uint8], labels: NDArray[np.uint8], header: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = np.column_stack([labels, images.reshape(len(images), -1)])
    lines = [",".join(map(str, row)) for row in rows.tolist()]
    content = "\n".join(["label," + PIXELS] * header + lines) + "\n"
    path.write_bytes(gzip.compress(content.encode(), 1) if path.suffix == ".gz" else content.encode())


def write_csv(folder: Path, made: Arrays, header: bool = False, ends: str = ".csv") -> Path:
    images, labels, test_images, test_labels = made
    write_table(folder / f"mnist_train{ends}", images, labels, header)
    write_table(folder / f"mnist_test{ends}", test_images, test_labels, header)
    return folder
