"""Finds the data set that is asked for: in the data folder, or among what the program contains."""

import hashlib
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import numpy as np

from mnist_core import DigitLabError
from mnist_core.data.catalogue import EMBEDDED, FULL, KNOWN, KnownSet, spelled
from mnist_core.data.data_set import DataSet, Identity
from mnist_core.data.embedded import load_embedded
from mnist_core.data.labelled_digits import Digits
from mnist_core.settings import Settings


def identify(settings: Settings, name: str | None = None) -> Identity:
    """Tell which data set `load` would return, from the names and sizes of files.

    Raises `DigitLabError` where there is none of that name, and where its files are missing or truncated.
    """
    known = _known(settings.data_set if name is None else name)
    default = name is None and not settings.names_data_dir
    if default and known.name == FULL and not raw_folder(settings.data_dir).is_dir():
        known = KNOWN[EMBEDDED]
    if known.name != EMBEDDED:
        _check_files(settings.data_dir, known)
    return Identity(known.name, known.train_count, known.test_count, known.class_names, known.of_digits)


def load(settings: Settings, name: str | None = None) -> DataSet:
    """Load the data set of that name, None for the one that the settings name; kept in memory until a file changes.

    MNIST is its embedded part where nobody named a data folder and the default folder does not hold it. Raises
    `DigitLabError` where there is no set of that name, and where its files cannot be used.
    """
    identity = identify(settings, name)
    if identity.name == EMBEDDED:
        return load_embedded()
    known = KNOWN[identity.name]
    raw = raw_folder(settings.data_dir, known)
    return _load_files(identity, raw, tuple((raw / file).stat().st_mtime_ns for file in known.files))


def available(settings: Settings) -> list[Identity]:
    """The data sets that can be used at once."""
    found = []
    for name in KNOWN:
        with suppress(DigitLabError):
            found.append(identify(settings, name))
    return found


def training_count(name: str) -> int:
    """How many training images the known data set of that name has."""
    return KNOWN[name].train_count


def raw_folder(data_dir: Path, known: KnownSet = KNOWN[FULL]) -> Path:
    """The folder in which torchvision keeps the IDX files of a known data set."""
    return data_dir / known.folder / "raw"


def _known(name: str) -> KnownSet:
    spelling = spelled(name)
    if spelling is None:
        raise DigitLabError(f"There is no data set {name[:30]!r}; choose one of: {', '.join(KNOWN)}.")
    return KNOWN[spelling]


def _check_files(data_dir: Path, known: KnownSet) -> None:
    raw = raw_folder(data_dir, known)
    for file in known.files:
        if not (raw / file).is_file():
            raise DigitLabError(f"{raw} lacks the file {file}; put it there, or download {known.name}.")


@lru_cache(maxsize=2)
def _load_files(identity: Identity, raw: Path, _modified: tuple[int, ...]) -> DataSet:
    known = KNOWN[identity.name]
    contents = [np.fromfile(raw / file, np.uint8) for file in known.files]
    checksums = tuple(hashlib.md5(content.data).hexdigest() for content in contents)
    for file, checksum, expected in zip(known.files, checksums, known.checksums or checksums, strict=True):
        if checksum != expected:
            raise DigitLabError(f"{raw / file} is not {known.name}'s own file, or only a part of it.")
    images, labels, test_images, test_labels = contents
    train = Digits(images[16:].reshape(-1, 28, 28), labels[8:])
    test = Digits(test_images[16:].reshape(-1, 28, 28), test_labels[8:])
    checksum = hashlib.md5("".join(checksums).encode()).hexdigest()
    return DataSet(identity, f"files in {raw}", checksum, known.checksums is not None, train, test)
