"""IDX files, plain or gzipped: an image file and a label file, or two of each for training and for test."""

import gzip
import struct
import zlib
from collections.abc import Sequence
from typing import BinaryIO, NamedTuple, cast

import numpy as np

from mnist_core import DigitLabError
from mnist_core.data.own_sets.array_stream import ArrayStream
from mnist_core.data.own_sets.contents import Contents
from mnist_core.data.own_sets.labelled_arrays import Part, contents

_GZIP = b"\x1f\x8b"
_BYTES = 8  # IDX's number for unsigned bytes


class NamedFile(NamedTuple):
    """An open file; `name` is its name without folders."""

    name: str
    file: BinaryIO


def is_idx(file: BinaryIO) -> bool:
    """Whether a file, perhaps gzipped, begins as an IDX file does."""
    try:
        start = _unpacked(file).read(4)
    except (OSError, EOFError, zlib.error):
        return False
    return len(start) == 4 and start[:2] == b"\0\0" and start[2] != 0 and start[3] != 0


def idx_contents(files: Sequence[NamedFile], *, of_digits: bool) -> Contents:
    """What two or four IDX files hold. Raises `DigitLabError` where they are no sets of images and labels."""
    if len(files) not in (2, 4):
        raise DigitLabError("Give two IDX files, of images and of their labels, or four, for training and for test.")
    arrays = [_array(file) for file in files]
    tests = [len(files) == 4 and _is_test(file.name) for file in files]
    parts = [
        _part([array for array, test in zip(arrays, tests, strict=True) if test == of_test])
        for of_test in ((False, True) if len(files) == 4 else (False,))
    ]
    return contents(parts, f"the files {', '.join(file.name for file in files)}", of_digits=of_digits)


def _array(file: NamedFile) -> ArrayStream:
    try:
        data = _unpacked(file.file)
        start = data.read(4)
        dimensions = start[3] if len(start) == 4 else 0
        if start[:3] != bytes((0, 0, _BYTES)) or dimensions not in (1, 3):
            raise ValueError
        header = 4 + 4 * dimensions
        shape = struct.unpack(f">{dimensions}I", data.read(header - 4))
    except (OSError, EOFError, ValueError, struct.error, zlib.error):
        raise DigitLabError(
            f"{file.name} does not begin as an IDX file of images or labels does; make or download it again."
        ) from None
    named = next((kind for kind in ("image", "label") if kind in file.name.casefold()), None)
    held = "image" if dimensions == 3 else "label"
    if named not in (None, held):
        raise DigitLabError(f"{file.name} holds {held}s; the files of images and labels seem to be swapped.")

    def open_data() -> BinaryIO:
        data = _unpacked(file.file)
        data.read(header)
        return data

    return ArrayStream(file.name, shape, np.dtype(np.uint8), open_data)


def _part(arrays: Sequence[ArrayStream]) -> Part:
    images = [array for array in arrays if len(array.shape) == 3]
    labels = [array for array in arrays if len(array.shape) == 1]
    if len(images) != 1 or len(labels) != 1:
        raise DigitLabError(
            "The IDX files are not an image file and a label file, or one of each for training and one of each for "
            "test; those for test have test or t10k in their names."
        )
    return Part(images[0], labels[0])


def _is_test(name: str) -> bool:
    lower = name.casefold()
    return "train" not in lower and ("test" in lower or "t10k" in lower)


def _unpacked(file: BinaryIO) -> BinaryIO:
    """The bytes in the file from the beginning, unpacked."""
    file.seek(0)
    packed = file.read(2) == _GZIP
    file.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
