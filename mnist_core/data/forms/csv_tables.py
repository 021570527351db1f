"""Tables as text: `mnist_train.csv` and `mnist_test.csv`, or Kaggle's `train.csv`; a label and 784 pixels a line."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.data.catalogue import KAGGLE, KnownSet
from mnist_core.data.forms import idx
from mnist_core.data.forms.reading import OTHERWISE, opened
from mnist_core.data.splits import fingerprint, for_test

COLUMNS = 1 + 28 * 28
_LONGEST_LINE = 1 << 14
_BLOCK = 1 << 22  # about 2,000 lines


def locate(folder: Path, names: dict[str, Path], known: KnownSet, _bears_its_name: bool) -> tuple[Path, ...] | None:
    """The two tables of a set, or Kaggle's one; dashes, underscores and case do not matter, and .gz may follow.

    Raises `DigitLabError` where one of the two is missing.
    """
    plain = {name.replace("-", "").replace("_", "").removesuffix(".gz"): path for name, path in names.items()}
    if known.name == KAGGLE:
        return (plain["train.csv"],) if "train.csv" in plain else None
    paths = [plain.get(f"{known.plain_name}{part}.csv") for part in ("train", "test")]
    if not any(paths):
        return None
    if None in paths:
        there, missing = ("train", "test") if paths[0] else ("test", "train")
        raise DigitLabError(
            f"{folder} holds {known.name}'s table for {there} but lacks {known.plain_name}_{missing}.csv; put it there "
            "too, or name another folder in MNIST_DATA_DIR."
        )
    return tuple(path for path in paths if path is not None)


def check(files: Sequence[Path], known: KnownSet) -> None:
    """Raise `DigitLabError` where a first line is not a label and 784 pixels, or their names."""
    for path in files:
        with opened(path) as stream:
            _first_rows(stream, path)


def read(files: Sequence[Path], known: KnownSet) -> idx.Buffers:
    """The images and labels of the tables; raises `DigitLabError` where a line is not one of an image of the set.

    Of Kaggle's table, a part is held out for test.
    """
    if known.name == KAGGLE:
        images, labels = _read_table(files[0], known, known.train_count + known.test_count)
        fingerprints = np.array([fingerprint(row) for row in _rows(images)], np.uint64)
        test = for_test(idx.numbers(labels), fingerprints)
        if test.sum() != known.test_count:
            raise idx.other_set(files[0], known, "some of its images are alike")
        return *_take(images, labels, np.flatnonzero(~test)), *_take(images, labels, np.flatnonzero(test))
    train_file, test_file = files
    return *_read_table(train_file, known, known.train_count), *_read_table(test_file, known, known.test_count)


def _take(images: idx.Buffer, labels: idx.Buffer, indices: NDArray[np.int64]) -> tuple[idx.Buffer, idx.Buffer]:
    some, their_labels = idx.new(len(indices), *idx.IMAGE), idx.new(len(indices))
    np.take(_rows(images), indices, axis=0, out=_rows(some))
    np.take(idx.numbers(labels), indices, out=idx.numbers(their_labels))
    return some, their_labels


def _rows(images: idx.Buffer) -> NDArray[np.uint8]:
    return idx.numbers(images).reshape(-1, 28 * 28)


def _read_table(path: Path, known: KnownSet, count: int) -> tuple[idx.Buffer, idx.Buffer]:
    images, labels = idx.new(count, *idx.IMAGE), idx.new(count)
    filled = 0
    with opened(path) as stream:
        for rows in _blocks(stream, path):
            end = filled + len(rows)
            if end > count:
                raise idx.other_set(path, known, f"more than {count:,} rows")
            idx.numbers(labels)[filled:end] = idx.as_labels(rows[:, 0], path)
            _rows(images)[filled:end] = rows[:, 1:]
            filled = end
    if filled < count:
        raise idx.other_set(path, known, f"{filled:,} rows instead of {count:,}")
    return images, labels


def _first_rows(stream: IO[bytes], path: Path) -> bytes:
    """What of the first line belongs to the numbers: nothing where it names the columns."""
    line = stream.readline(_LONGEST_LINE)
    cells = [cell.strip().strip(b"\"'") for cell in line.removeprefix(b"\xef\xbb\xbf").split(b",")]
    if len(cells) != COLUMNS:
        raise DigitLabError(f"{path} has {len(cells):,} columns instead of a label and 784 pixels; {OTHERWISE}.")
    if all(cell.isdigit() for cell in cells):
        return line
    if cells[0].lower() not in (b"label", b"class", b"y"):
        raise DigitLabError(
            f"{path} does not have the label in its first column; put the column there, or {OTHERWISE}."
        )
    return b""


def _blocks(stream: IO[bytes], path: Path) -> Iterator[NDArray[np.int64]]:
    """Rows of (n, 785) whole numbers from 0 to 255, some thousands at a time."""
    rest = _first_rows(stream, path)
    while piece := stream.read(_BLOCK):
        block, _, rest = (rest + piece).rpartition(b"\n")
        if len(rest) > _LONGEST_LINE or (len(block) > _LONGEST_LINE and not block.strip()):
            raise _bad_line(path)
        if block.strip():
            yield _parse(block, path)
    if rest.strip():
        yield _parse(rest, path)


def _parse(block: bytes, path: Path) -> NDArray[np.int64]:
    try:
        # Without `na_filter`, an empty cell is text, so that its column is no longer of whole numbers.
        frame = pd.read_csv(io.BytesIO(block), header=None, na_filter=False, quoting=3, low_memory=False)
    except ValueError:  # pandas' own errors are ValueErrors
        raise _bad_line(path) from None
    if frame.shape[1] != COLUMNS or not all(dtype.kind in "iu" for dtype in frame.dtypes):
        raise _bad_line(path)
    rows: NDArray[np.int64] = frame.to_numpy()
    if rows.min() < 0 or rows.max() > 255:
        raise _bad_line(path)
    return rows


def _bad_line(path: Path) -> DigitLabError:
    return DigitLabError(f"{path} has a line that is not a label and 784 whole numbers from 0 to 255; {OTHERWISE}.")
