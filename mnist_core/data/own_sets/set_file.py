"""The file of a set: an uncompressed npz of four arrays, with what the set is in `metadata.json`. No pickle is read."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from mnist_core import DigitLabError
from mnist_core.data.data_set import DataSet, Identity
from mnist_core.data.labelled_digits import Digits
from mnist_core.files import open_atomically

_METADATA = "metadata.json"
# Those whose damage only shows when all of them is read, with the times of their last change.
_damaged_files: set[tuple[Path, int]] = set()

Blocks = Callable[[], Iterator[NDArray[np.uint8]]]
"""The images of a part, (n, 28, 28) at a time, each time that it is called."""


class _Metadata(BaseModel):
    name: str
    class_names: tuple[str, ...]
    of_digits: bool
    source: str
    train_count: int
    test_count: int
    checksum: str = ""

    @property
    def identity(self) -> Identity:
        return Identity(self.name, self.train_count, self.test_count, self.class_names, self.of_digits)


def write(
    path: Path,
    identity: Identity,
    source: str,
    train: tuple[Blocks, NDArray[np.uint8]],
    test: tuple[Blocks, NDArray[np.uint8]],
) -> None:
    """Write a set, given the images and labels of its parts."""
    metadata = _Metadata(
        name=identity.name,
        class_names=identity.class_names,
        of_digits=identity.of_digits,
        source=source,
        train_count=identity.train_count,
        test_count=identity.test_count,
    )
    checksum = hashlib.md5()
    with open_atomically(path) as file, ZipFile(file, "w", ZIP_STORED) as zip_file:
        for name, (blocks, labels) in (("train", train), ("test", test)):
            with zip_file.open(f"{name}_images.npy", "w", force_zip64=True) as member:
                _write_header(member, (len(labels), 28, 28))
                for block in blocks():
                    checksum.update(block.data)
                    member.write(block.data)
            with zip_file.open(f"{name}_labels.npy", "w") as member:
                _write_header(member, (len(labels),))
                checksum.update(labels.data)
                member.write(labels.data)
        metadata.checksum = checksum.hexdigest()
        zip_file.writestr(_METADATA, metadata.model_dump_json())


def _write_header(member: IO[bytes], shape: tuple[int, ...]) -> None:
    np.lib.format.write_array_header_1_0(member, {"descr": "|u1", "fortran_order": False, "shape": shape})


def _modified(path: Path) -> int:
    """When a file was changed last; raises `DigitLabError` where it is gone, or known to be damaged."""
    try:
        modified = path.stat().st_mtime_ns
    except OSError:
        raise DigitLabError(f"The data set in {path} is not there any more; bring it in again.") from None
    if (path, modified) in _damaged_files:
        raise _damaged(path)
    return modified


def _damaged(path: Path) -> DigitLabError:
    # It may be the only copy.
    return DigitLabError(
        f"The data set in {path} is damaged; bring it in again under the same name, and the damaged file stays "
        "beside it."
    )


def read_identity(path: Path) -> Identity:
    """Which set a file holds, by its header alone; `DigitLabError` where it is gone, or seen or known to be damaged."""
    return _metadata(path, _modified(path)).identity


def check(path: Path) -> None:
    """Raise `DigitLabError` where a file is damaged or gone: all of it is read, some at a time, and nothing kept."""
    modified = _modified(path)
    with _damage_remembered(path, modified), ZipFile(path) as zip_file:
        if zip_file.testzip() is not None:
            raise BadZipFile


@contextmanager
def _damage_remembered(path: Path, modified: int) -> Iterator[None]:
    try:
        yield
    except Exception:  # a damaged file raises many kinds of errors
        _damaged_files.add((path, modified))
        raise _damaged(path) from None


def read(path: Path) -> DataSet:
    """Read a set, which is then kept in memory until its file changes; `DigitLabError` where it is damaged or gone."""
    return _read(path, _modified(path))


@lru_cache(maxsize=64)
def _metadata(path: Path, _modified: int) -> _Metadata:
    try:
        with ZipFile(path) as zip_file:
            return _Metadata.model_validate_json(zip_file.read(_METADATA))
    except Exception:  # a damaged file raises many kinds of errors
        raise _damaged(path) from None


@lru_cache(maxsize=2)
def _read(path: Path, modified: int) -> DataSet:
    metadata = _metadata(path, modified)
    checksum = hashlib.md5()
    arrays: list[NDArray[Any]] = []
    with _damage_remembered(path, modified), ZipFile(path) as zip_file:
        for name in ("train_images", "train_labels", "test_images", "test_labels"):
            with zip_file.open(f"{name}.npy") as member:
                arrays.append(np.lib.format.read_array(member, allow_pickle=False))
            checksum.update(arrays[-1].data)
        train, test = Digits(*arrays[:2]), Digits(*arrays[2:])
        if checksum.hexdigest() != metadata.checksum or [len(train), len(test)] != [
            metadata.train_count,
            metadata.test_count,
        ]:
            raise BadZipFile
    return DataSet(metadata.identity, metadata.source, metadata.checksum, True, train, test)
