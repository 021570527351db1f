"""NumPy's npz files with images and labels; what would have to be unpickled is refused."""

from typing import IO
from zipfile import ZipFile, ZipInfo

from mnist_core import DigitLabError
from mnist_core.data.formats import npz
from mnist_core.data.formats.streams import FormatError
from mnist_core.data.own_sets.array_stream import ArrayStream
from mnist_core.data.own_sets.contents import Contents, unusable
from mnist_core.data.own_sets.labelled_arrays import Part, contents

NAMES = (
    ("x_train", "y_train", "x_test", "y_test"),
    ("train_images", "train_labels", "test_images", "test_labels"),
    ("x", "y", "x_test", "y_test"),
    ("images", "labels", "test_images", "test_labels"),
)
"""Names of images and labels for training, then of those for test, which need not be there; upper or lower case."""


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
    try:
        stream, header = npz.open_array(zip_file, entry.filename)
    except (FormatError, OSError) as error:
        raise unusable(name, error) from None
    stream.close()
    if header.by_columns and len(header.shape) > 1:
        raise DigitLabError(f"{name} is stored by columns; save it after numpy.ascontiguousarray.")

    def open_data() -> IO[bytes]:
        return npz.open_array(zip_file, entry.filename)[0]

    return ArrayStream(name, header.shape, header.dtype, open_data)
