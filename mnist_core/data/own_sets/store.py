"""The sets of one's own that are kept in the runs folder, an npz file each, with what they are in `metadata.json`."""

import hashlib
import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from mnist_core import DigitLabError
from mnist_core.data.catalogue import spelled
from mnist_core.data.data_set import DataSet, Identity
from mnist_core.data.labelled_digits import Digits
from mnist_core.files import open_atomically

LONGEST_NAME = 60
"""Letters of the name of a set."""
RESERVED = ("unknown", "none")
"""In place of a data set's name, of imported runs and in addresses; the store of runs may not be imported from here."""
_FOLDER, _METADATA = "data_sets", "metadata.json"
_one_at_a_time = threading.Lock()

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


def folder(runs_dir: Path) -> Path:
    """The folder of the sets, which is made where it is missing."""
    path = runs_dir / _FOLDER
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DigitLabError(
            f"The folder {path} cannot be made ({error.strerror}); check who may write there."
        ) from None
    return path


def identities(runs_dir: Path) -> list[Identity]:
    """The sets that are kept and not damaged, by name."""
    whole = []
    for path in (runs_dir / _FOLDER).glob("*.npz"):
        try:
            whole.append(_read_metadata(path).identity)
        except DigitLabError:
            continue
    return sorted(whole, key=lambda identity: identity.name.casefold())


def identify(runs_dir: Path, name: str) -> Identity | None:
    """The set of that name, upper or lower case; None where there is none. `DigitLabError` where it is damaged."""
    path = _path(runs_dir, name)
    return _read_metadata(path).identity if path.is_file() else None


def load(runs_dir: Path, name: str) -> DataSet:
    """Load a set, which is then kept in memory until its file changes; `DigitLabError` where it is damaged or gone."""
    path = _path(runs_dir, name)
    with _one_at_a_time:  # so that two sessions do not load it twice
        return _load(path, _modified(path))


def remove(runs_dir: Path, name: str, runs: int) -> None:
    """Delete a set. Raises `DigitLabError` where there is none of that name, and where a number of runs use it."""
    path = _path(runs_dir, name)
    if not path.is_file():
        raise DigitLabError(f"There is no data set {name[:LONGEST_NAME]!r} of your own; check the name.")
    if runs:
        use = "A run uses" if runs == 1 else f"{runs:,} runs use"
        raise DigitLabError(f"{use} the data set {name}; delete what uses it first, then the set.")
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise DigitLabError(f"{path} cannot be deleted ({error.strerror}); check who may write there.") from None


def checked_name(runs_dir: Path, name: str) -> str:
    """The name of a new set on one line, perhaps that of a damaged one, whose place it takes.

    Raises `DigitLabError` where it cannot have that name.
    """
    line = _normal(name)
    if not any(letter.isalnum() for letter in line) or not line.isprintable():
        raise DigitLabError("A data set needs a name of letters; type one.")
    if len(line) > LONGEST_NAME:
        raise DigitLabError(f"A name has at most {LONGEST_NAME} letters; this one has {len(line)}.")
    if spelled(line, RESERVED) or "," in line:
        raise DigitLabError(f"A data set cannot be called {' or '.join(RESERVED)}, nor have a comma in its name.")
    if spelled(line) or _is_whole(runs_dir, line):
        raise DigitLabError(f"There is a data set {line} already; take another name.")
    return line


def _is_whole(runs_dir: Path, name: str) -> bool:
    """Whether there is a set of that name that is not damaged, for which all of it is read."""
    try:
        load(runs_dir, name)
    except DigitLabError:
        return False
    return True


def write(
    runs_dir: Path,
    identity: Identity,
    source: str,
    train: tuple[Blocks, NDArray[np.uint8]],
    test: tuple[Blocks, NDArray[np.uint8]],
) -> None:
    """Keep a set, given the images and labels of its parts; `identity.name` is one that `checked_name` returned.

    A damaged set of that name stays beside it, as a file whose name ends in `.before`.
    """
    path = _path(folder(runs_dir).parent, identity.name)
    _put_aside(path)
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


def _put_aside(path: Path) -> None:
    before = path.with_name(f"{path.name}.before")
    while before.exists():
        before = before.with_name(f"{before.name}.before")
    try:
        path.rename(before)
    except FileNotFoundError:
        return
    except OSError as error:
        raise DigitLabError(f"{path} cannot be renamed ({error.strerror}); check who may write there.") from None


def _write_header(member: IO[bytes], shape: tuple[int, ...]) -> None:
    np.lib.format.write_array_header_1_0(member, {"descr": "|u1", "fortran_order": False, "shape": shape})


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split()))


def _path(runs_dir: Path, name: str) -> Path:
    """The file of the set of that name, upper or lower case, whatever its alphabet."""
    folded = _normal(name).casefold()
    readable = re.sub(r"[^a-z0-9]+", "-", folded)[:40].strip("-")
    digest = hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()[:12]
    return runs_dir / _FOLDER / f"{readable}-{digest}.npz"


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        raise DigitLabError(f"The data set in {path} is not there any more; bring it in again.") from None


def _damaged(path: Path) -> DigitLabError:
    # It may be the only copy.
    return DigitLabError(
        f"The data set in {path} is damaged; bring it in again under the same name, and the damaged file stays "
        "beside it."
    )


def _read_metadata(path: Path) -> _Metadata:
    return _metadata(path, _modified(path))


@lru_cache(maxsize=64)
def _metadata(path: Path, _modified: int) -> _Metadata:
    try:
        with ZipFile(path) as zip_file:
            return _Metadata.model_validate_json(zip_file.read(_METADATA))
    except Exception:  # a damaged file raises many kinds of errors
        raise _damaged(path) from None


@lru_cache(maxsize=2)
def _load(path: Path, modified: int) -> DataSet:
    metadata = _metadata(path, modified)
    checksum = hashlib.md5()
    arrays: list[NDArray[Any]] = []
    try:
        with ZipFile(path) as zip_file:
            for name in ("train_images", "train_labels", "test_images", "test_labels"):
                with zip_file.open(f"{name}.npy") as member:
                    arrays.append(np.lib.format.read_array(member, allow_pickle=False))
                checksum.update(arrays[-1].data)
    except Exception:
        raise _damaged(path) from None
    train, test = Digits(*arrays[:2]), Digits(*arrays[2:])
    if checksum.hexdigest() != metadata.checksum or (len(train), len(test)) != (
        metadata.train_count,
        metadata.test_count,
    ):
        raise _damaged(path)
    return DataSet(metadata.identity, metadata.source, metadata.checksum, True, train, test)
