"""MNIST's own form: four IDX files, raw or gzipped, with dashes or dots in their names.

All other forms are brought to this one: a buffer is an IDX file in memory.
"""

import gzip
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.data.catalogue import FULL, KNOWN, KnownSet, plain
from mnist_core.data.formats import idx
from mnist_core.data.formats.streams import fill, require_end
from mnist_core.data.forms.reading import OTHERWISE, opened

Buffer: TypeAlias = NDArray[np.uint8]
Buffers: TypeAlias = tuple[Buffer, Buffer, Buffer, Buffer]
"""Images and labels for training, then those for test, each as an IDX file."""
IMAGE = (28, 28)
_NUMBERS_PER_LABEL = 8  # of QMNIST, whose first is the class


def new(*dimensions: int) -> Buffer:
    """An IDX file of bytes with those dimensions, whose numbers are to be filled in."""
    header = idx.header(*dimensions)
    buffer = np.empty(len(header) + int(np.prod(dimensions)), np.uint8)
    buffer[: len(header)] = np.frombuffer(header, np.uint8)
    return buffer


def numbers(buffer: Buffer) -> NDArray[np.uint8]:
    """A view of the numbers after the header, one-dimensional."""
    return buffer[4 + 4 * int(buffer[3]) :]


def locate(folder: Path, names: dict[str, Path], known: KnownSet, bears_its_name: bool) -> tuple[Path, ...] | None:
    """The four files of a set in a folder whose files, by their names in lower case, are `names`.

    MNIST's relatives with MNIST's own file names are only looked for in a folder that bears theirs. Raises
    `DigitLabError` where only some of the files are there.
    """
    bears_mnists_names = known.name != FULL and known.files == KNOWN[FULL].files
    if not known.folder or (bears_mnists_names and not bears_its_name):
        return None
    paths = [next((names[name] for name in _spellings(file) if name in names), None) for file in known.files]
    if not any(paths):
        return None
    missing = [file for file, path in zip(known.files, paths, strict=True) if path is None]
    if missing:
        raise DigitLabError(
            f"{folder} holds only a part of {known.name}, without {', '.join(missing)}; put what is missing there too, "
            f"raw or as .gz, or download {known.name} on the Data page."
        )
    # Some archives unpack each file into a folder of the same name.
    return tuple(path / path.name if path.is_dir() else path for path in paths if path is not None)


def _spellings(file: str) -> list[str]:
    return [name + end for end in ("", ".gz") for name in (file, file.replace("-idx", ".idx"))]


def check(files: Sequence[Path], known: KnownSet) -> None:
    """Raise `DigitLabError` where the headers, or the sizes of files that are not packed, are not the set's."""
    counts = []
    for path, file in zip(files, known.files, strict=True):
        with opened(path) as stream:
            counts.append(_read_header(stream, path, file, known))
            if not isinstance(stream, gzip.GzipFile):
                _check_size(path, stream.tell() + counts[-1] * _bytes_each(file))
    for part, first, count in (("training", 0, known.train_count), ("test", 2, known.test_count)):
        images, labels = counts[first : first + 2]
        if images != labels:
            raise DigitLabError(
                f"{files[first].parent} holds {images:,} images but {labels:,} labels for {part}; put images and "
                "labels of the same set there, or name another folder in MNIST_DATA_DIR."
            )
        if images != count:
            raise other_set(files[first], known, f"{images:,} images for {part} instead of {count:,}")
    if known.files == KNOWN[FULL].files:
        with opened(files[3]) as stream:  # the smallest, whose headers are as MNIST's whichever set it is of
            require_own(hashlib.md5(stream.read(8 + known.test_count)).hexdigest(), files[3], known)


def read(files: Sequence[Path], known: KnownSet) -> Buffers:
    """The four files in memory; raises `DigitLabError` as `check` does, and where numbers are missing or too many."""
    check(files, known)
    images, labels, test_images, test_labels = (
        _read_file(path, file, known, count)
        for path, file, count in zip(files, known.files, [known.train_count] * 2 + [known.test_count] * 2, strict=True)
    )
    return images, labels, test_images, test_labels


class MisplacedError(DigitLabError):
    """MNIST's own files are where those of a relative should be."""


def require_own(test_labels: str, path: Path, known: KnownSet) -> None:
    """Raise `MisplacedError` where a relative's labels for test, by their checksum in this form, are MNIST's."""
    mnist = KNOWN[FULL]
    if known.name == FULL or mnist.checksums is None or test_labels != mnist.checksums[3]:
        return
    folder = path.parent.parent if path.parent.name.casefold() == "raw" else path.parent
    raise MisplacedError(
        f"{path if known.plain_name in plain(path.name) else folder} holds {FULL}, not {known.name}; give it {FULL}'s "
        f"name, and put {known.name} there or download it on the Data page."
    )


def other_set(path: Path, known: KnownSet, difference: str) -> DigitLabError:
    """The error for a sound set in this form that is another one: perhaps a person's own, so nothing is to go."""
    return DigitLabError(
        f"{path} is not {known.name}'s own: {difference}; add it as a set of your own on the Data page, or name "
        "another folder in MNIST_DATA_DIR."
    )


def _bytes_each(file: str) -> int:
    if file.endswith("idx3-ubyte"):
        return 28 * 28
    return 4 * _NUMBERS_PER_LABEL if file.endswith("idx2-int") else 1


def _check_size(path: Path, expected: int) -> None:
    size = path.stat().st_size
    if size != expected:
        how = "cut off" if size < expected else "longer than it should be"
        raise DigitLabError(f"{path} is {how}, {size:,} bytes instead of {expected:,}; {OTHERWISE}.")


def _read_header(stream: IO[bytes], path: Path, file: str, known: KnownSet) -> int:
    """How many images or labels the header announces; the stream is then at the first of them."""
    kind, wanted = ("images", 3) if "-images-" in file else ("labels", 2 if file.endswith("int") else 1)
    other, others = ("labels", 1) if kind == "images" else ("images", 3)
    header = idx.read_header(stream)
    if (header.dtype, len(header.shape)) == (idx.BYTE, others):
        raise DigitLabError(f"{path} holds {other} instead of {kind}, so the two may be swapped; {OTHERWISE}.")
    if (header.dtype, len(header.shape)) != (idx.INT if wanted == 2 else idx.BYTE, wanted):
        raise DigitLabError(f"{path} is not an IDX file of {kind}, as its first four bytes show; {OTHERWISE}.")
    count, *shape = header.shape
    if wanted == 3 and tuple(shape) != IMAGE:
        raise other_set(path, known, f"images of {shape[0]}x{shape[1]} pixels instead of 28x28")
    if wanted == 2 and shape != [_NUMBERS_PER_LABEL]:
        raise DigitLabError(f"{path} has {shape[0]:,} numbers a label instead of {_NUMBERS_PER_LABEL}; {OTHERWISE}.")
    return count


def _read_file(path: Path, file: str, known: KnownSet, count: int) -> Buffer:
    buffer = new(count, *IMAGE) if "-images-" in file else new(count)
    with opened(path) as stream:
        if _read_header(stream, path, file, known) != count:
            raise DigitLabError(f"{path} was changed while it was read; try again.")
        if file.endswith("idx2-int"):
            content = np.empty(count * 4 * _NUMBERS_PER_LABEL, np.uint8)
            fill(stream, content)
            numbers(buffer)[:] = as_labels(content.view(idx.INT)[::_NUMBERS_PER_LABEL], path)
        else:
            fill(stream, numbers(buffer))
        require_end(stream)
    return buffer


def as_labels(values: NDArray[np.integer], path: Path) -> NDArray[np.uint8]:
    """Whole numbers as labels; raises `DigitLabError` where one is not from 0 to 9."""
    if len(values) and not 0 <= int(values.min()) <= int(values.max()) <= 9:
        wrong = int(values.max()) if values.max() > 9 else int(values.min())
        raise DigitLabError(f"{path} holds the label {wrong}, but labels are from 0 to 9; {OTHERWISE}.")
    return values.astype(np.uint8, copy=False)
