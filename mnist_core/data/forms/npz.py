"""Keras' form: one .npz file of NumPy arrays, `x_train`, `y_train`, `x_test` and `y_test`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.data.catalogue import KnownSet
from mnist_core.data.formats import npz
from mnist_core.data.formats.streams import ArrayHeader, FormatError, fill, require_end
from mnist_core.data.forms import idx
from mnist_core.data.forms.reading import OTHERWISE, opened

KEYS = ("x_train", "y_train", "x_test", "y_test")
_MOST_FILES = 1_000


def locate(_folder: Path, names: dict[str, Path], known: KnownSet, _bears_its_name: bool) -> tuple[Path, ...] | None:
    """The file that bears the set's name; dashes, underscores and case do not matter."""
    wanted = known.plain_name + ".npz"
    return next(((path,) for name, path in names.items() if name.replace("-", "").replace("_", "") == wanted), None)


def check(files: Sequence[Path], known: KnownSet) -> None:
    """Raise `DigitLabError` where an array is missing, or its type or shape is not the set's."""
    with _archive(files[0]) as archive:
        for key, count in zip(KEYS, _counts(known), strict=True):
            with _array(archive, files[0], key, known, count):
                pass


def read(files: Sequence[Path], known: KnownSet) -> idx.Buffers:
    """The four arrays; nothing is unpickled, and no array takes more memory than the set's should."""
    buffers = []
    with _archive(files[0]) as archive:
        for key, count in zip(KEYS, _counts(known), strict=True):
            with _array(archive, files[0], key, known, count) as (stream, header):
                buffers.append(_read_numbers(stream, header, files[0], key, count))
    return cast(idx.Buffers, tuple(buffers))


def _counts(known: KnownSet) -> list[int]:
    return [known.train_count] * 2 + [known.test_count] * 2


@contextmanager
def _archive(path: Path) -> Iterator[ZipFile]:
    with opened(path) as file, npz.open_zip(cast(BinaryIO, file), _MOST_FILES) as archive:
        missing = [key for key in KEYS if f"{key}.npy" not in archive.namelist()]
        if missing:
            raise DigitLabError(
                f"{path} lacks {', '.join(missing)}; Keras' file holds {', '.join(KEYS)}, so {OTHERWISE}."
            )
        yield archive


@contextmanager
def _array(
    archive: ZipFile, path: Path, key: str, known: KnownSet, count: int
) -> Iterator[tuple[IO[bytes], ArrayHeader]]:
    """An array of that many images or labels, at its first number, and its header."""
    try:
        stream, header = npz.open_array(archive, f"{key}.npy")
    except FormatError as error:
        raise FormatError(f"is of no use, as its array {key} {error}", error.remedy) from None
    with stream:
        shape, dtype, _ = header
        if dtype.kind not in "iu" or (key.startswith("x") and dtype.itemsize > 1):
            raise DigitLabError(f"{path} holds {dtype} in {key} instead of uint8, 0 to 255; {OTHERWISE}.")
        if not shape or shape[0] != count:
            raise idx.other_set(path, known, f"{shape[0] if shape else 1:,} in {key} instead of {count:,}")
        if int(np.prod(shape, dtype=np.float64)) != count * (28 * 28 if key.startswith("x") else 1):
            raise idx.other_set(path, known, f"{key} is {'x'.join(map(str, shape))}, and its images are not 28x28")
        yield stream, header


def _read_numbers(stream: IO[bytes], header: ArrayHeader, path: Path, key: str, count: int) -> idx.Buffer:
    shape, dtype, by_columns = header
    buffer = idx.new(count, *idx.IMAGE) if key.startswith("x") else idx.new(count)
    if key.startswith("x") and not by_columns:
        fill(stream, idx.numbers(buffer))
    else:
        content = np.empty(int(np.prod(shape)) * dtype.itemsize, np.uint8)
        fill(stream, content)
        values = cast(
            NDArray[np.integer], content.view(dtype).reshape(shape, order="F" if by_columns else "C").reshape(-1)
        )
        idx.numbers(buffer)[:] = values if key.startswith("x") else idx.as_labels(values, path)
    require_end(stream)
    return buffer
