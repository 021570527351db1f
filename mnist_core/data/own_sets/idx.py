"""IDX files, plain or gzipped: an image file and a label file, or two of each for training and for test."""

from collections.abc import Sequence
from typing import IO, BinaryIO, NamedTuple

from mnist_core import DigitLabError
from mnist_core.data.formats import idx
from mnist_core.data.formats.streams import FormatError, damage_noticed, unpacked
from mnist_core.data.own_sets.array_stream import ArrayStream
from mnist_core.data.own_sets.contents import Contents, unusable
from mnist_core.data.own_sets.labelled_arrays import Part, contents


class NamedFile(NamedTuple):
    """An open file; `name` is its name without folders."""

    name: str
    file: BinaryIO


def is_idx(file: BinaryIO) -> bool:
    """Whether a file, perhaps gzipped, begins as an IDX file does."""
    try:
        with damage_noticed():
            return idx.begins_as_idx(unpacked(file).read(4))
    except (FormatError, OSError):
        return False


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
    def open_data() -> IO[bytes]:
        data = unpacked(file.file)
        idx.read_header(data)
        return data

    try:
        shape, dtype, _ = idx.read_header(unpacked(file.file))
    except (FormatError, OSError) as error:
        raise unusable(file.name, error) from None
    named = next((kind for kind in ("image", "label") if kind in file.name.casefold()), None)
    held = "image" if len(shape) == 3 else "label"
    if named not in (None, held):
        raise DigitLabError(f"{file.name} holds {held}s; the files of images and labels seem to be swapped.")
    return ArrayStream(file.name, shape, dtype, open_data)


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
