"""Keras' form: one .npz file of NumPy arrays, `x_train`, `y_train`, `x_test` and `y_test`."""

import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.data.catalogue import KnownSet
from mnist_core.data.forms import idx
from mnist_core.data.forms.streams import OTHERWISE, fill, opened

KEYS = ("x_train", "y_train", "x_test", "y_test")
_MOST_DIRECTORY_BYTES = 1 << 20  # a list of a million files in the archive takes a gigabyte in memory
# What zipfile raises, RuntimeError for a file that is locked by a password, and what NumPy does where the header of an
# array, which is a dictionary in Python's notation, is damaged.
_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, ValueError),
    *(SyntaxError, tokenize.TokenError, TypeError, KeyError),
)


def find(_folder: Path, names: dict[str, Path], known: KnownSet, _bears_its_name: bool) -> tuple[Path, ...] | None:
    """The file that bears the set's name; dashes, underscores and case do not matter."""
    wanted = known.plain_name + ".npz"
    return next(((path,) for name, path in names.items() if name.replace("-", "").replace("_", "") == wanted), None)


def check(files: Sequence[Path], known: KnownSet) -> None:
    """Raise `DigitLabError` where an array is missing, or its type or shape is not the set's."""
    with _archive(files[0]) as archive:
        for key, count in zip(KEYS, _counts(known), strict=True):
            with archive.open(f"{key}.npy") as stream:
                _read_header(stream, files[0], key, known, count)


def read(files: Sequence[Path], known: KnownSet) -> idx.Buffers:
    """The four arrays; nothing is unpickled, and no array takes more memory than the set's should."""
    buffers = []
    with _archive(files[0]) as archive:
        for key, count in zip(KEYS, _counts(known), strict=True):
            with archive.open(f"{key}.npy") as stream:
                buffers.append(_read_array(stream, files[0], key, known, count))
    return cast(idx.Buffers, tuple(buffers))


def _counts(known: KnownSet) -> list[int]:
    return [known.train_count] * 2 + [known.test_count] * 2


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with opened(path) as file:
            _check_directory(file)
            with zipfile.ZipFile(file) as archive:
                missing = [key for key in KEYS if f"{key}.npy" not in archive.namelist()]
                if missing:
                    raise DigitLabError(
                        f"{path} lacks {', '.join(missing)}; Keras' file holds {', '.join(KEYS)}, so {OTHERWISE}."
                    )
                yield archive
    except _ERRORS:
        raise DigitLabError(f"{path} is no .npz file that can be unpacked; {OTHERWISE}.") from None


def _check_directory(file: IO[bytes]) -> None:
    """Refuse an archive whose list of files would fill the memory."""
    size = file.seek(0, 2)
    file.seek(max(size - (1 << 16) - 42, 0))
    tail = file.read()
    end = tail.rfind(b"PK\5\6")
    huge = int.from_bytes(tail[end + 12 : end + 16], "little") > _MOST_DIRECTORY_BYTES or b"PK\6\7" in tail[:end][-20:]
    if end < 0 or huge:
        raise zipfile.BadZipFile
    file.seek(0)


def _read_header(
    stream: IO[bytes], path: Path, key: str, known: KnownSet, count: int
) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    """Shape, whether it is in Fortran's order, and type of an array."""
    version = np.lib.format.read_magic(stream)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read_header(stream)
    if dtype.hasobject:
        raise DigitLabError(
            f"{path} holds pickled objects in {key}, which are not opened since they could run programs; save it as "
            f"plain numbers, or {OTHERWISE}."
        )
    if dtype.kind not in "iu" or (key.startswith("x") and dtype.itemsize > 1):
        raise DigitLabError(f"{path} holds {dtype} in {key} instead of uint8, 0 to 255; {OTHERWISE}.")
    if not shape or shape[0] != count:
        raise idx.other_set(path, known, f"{shape[0] if shape else 1:,} in {key} instead of {count:,}")
    if int(np.prod(shape, dtype=np.float64)) != count * (28 * 28 if key.startswith("x") else 1):
        raise idx.other_set(path, known, f"{key} is {'x'.join(map(str, shape))}, and its images are not 28x28")
    return shape, fortran, dtype


def _read_array(stream: IO[bytes], path: Path, key: str, known: KnownSet, count: int) -> idx.Buffer:
    shape, fortran, dtype = _read_header(stream, path, key, known, count)
    buffer = idx.new(count, *idx.IMAGE) if key.startswith("x") else idx.new(count)
    if key.startswith("x") and not fortran:
        fill(stream, idx.numbers(buffer))
    else:
        content = np.empty(int(np.prod(shape)) * dtype.itemsize, np.uint8)
        fill(stream, content)
        values = cast(
            NDArray[np.integer], content.view(dtype).reshape(shape, order="F" if fortran else "C").reshape(-1)
        )
        idx.numbers(buffer)[:] = values if key.startswith("x") else idx.as_labels(values, path)
    if stream.read(1):  # at the end, the sum over all is checked too
        raise ValueError
    return buffer
