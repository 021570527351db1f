"""NumPy's npz files with images and labels; what would have to be unpickled is refused."""

from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import numpy as np

from mnist_core import DigitLabError
from mnist_core.data.own_sets.array_stream import ArrayStream
from mnist_core.data.own_sets.contents import Contents
from mnist_core.data.own_sets.labelled_arrays import Part, contents

NAMES = (
    ("x_train", "y_train", "x_test", "y_test"),
    ("train_images", "train_labels", "test_images", "test_labels"),
    ("x", "y", "x_test", "y_test"),
    ("images", "labels", "test_images", "test_labels"),
)
"""Names of images and labels for training, then of those for test, which need not be there; upper or lower case."""
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def npz_contents(zip_file: ZipFile, name: str, *, of_digits: bool) -> Contents:
    """What an npz file holds. Raises `DigitLabError` where it holds no images and labels that can be used."""
    entries = {entry.filename.removesuffix(".npy").casefold(): entry for entry in zip_file.infolist()}
    for names in NAMES:
        if set(names[:2]) <= entries.keys():
            break
    else:
        some = ", ".join(sorted(entries)[:10])[:100]
        raise DigitLabError(
            f"{name} holds the arrays {some}; name them x_train and y_train, x and y, or images and labels."
        )
    known = names if entries.keys() >= set(names) else names[:2]
    if len(known) == 2 and (half := set(names[2:]) & entries.keys()):
        raise DigitLabError(f"{name} holds {half.pop()} alone for test; put images and labels there.")
    arrays = [_array(zip_file, entries[key], f"{key} in {name}") for key in known]
    parts = [Part(*arrays[start : start + 2]) for start in range(0, len(arrays), 2)]
    return contents(parts, f"the arrays in {name}", of_digits=of_digits)


def _array(zip_file: ZipFile, entry: ZipInfo, name: str) -> ArrayStream:
    # With other methods, a small read may unpack a block of any size.
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise DigitLabError(f"{name} is packed in an uncommon way; save it with numpy.savez_compressed.")
    try:
        shape, by_columns, dtype = _read_header(zip_file.open(entry))
    except Exception:  # a damaged file raises many kinds of errors
        raise DigitLabError(f"{name} is damaged, or locked with a password; make or download it again.") from None
    if dtype.hasobject:
        raise DigitLabError(f"{name} holds pickled objects, which could run programs; save it as plain numbers.")
    if by_columns and len(shape) > 1:
        raise DigitLabError(f"{name} is stored by columns; save it after numpy.ascontiguousarray.")

    def open_data() -> BinaryIO:
        data = zip_file.open(entry)
        _read_header(data)
        return data  # type: ignore[return-value]

    return ArrayStream(name, shape, dtype, open_data)


def _read_header(data: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    shape, by_columns, dtype = _HEADERS[np.lib.format.read_magic(data)](data, max_header_size=10_000)
    return shape, by_columns, dtype
