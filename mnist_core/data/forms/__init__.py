"""The forms in which people have MNIST and its relatives: IDX files, Keras' npz, tables as CSV."""

import hashlib
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from mnist_core import DigitLabError
from mnist_core.data.catalogue import KAGGLE, KnownSet
from mnist_core.data.forms import cache, csv_tables, folders, idx, npz, processed_pt
from mnist_core.data.forms.folders import names_in
from mnist_core.data.forms.idx import MisplacedError
from mnist_core.data.forms.reading import unreadable
from mnist_core.data.labelled_digits import Digits

__all__ = ["MisplacedError", "SetFiles", "check", "locate", "names_in", "read"]
_FORMS = {"IDX files": idx, "npz": npz, "CSV": csv_tables}
_refused: dict["SetFiles", str] = {}


@dataclass(frozen=True)
class SetFiles:
    """The files of a set in one of the forms, each with its size and the time of its last change."""

    known: KnownSet
    form: str
    paths: tuple[Path, ...]
    stamps: tuple[tuple[int, int], ...]

    @property
    def source(self) -> str:
        """Where the set comes from, as pages show it."""
        where = self.paths[0].parent
        if self.known.name == KAGGLE:
            held_out = "about a seventh of each digit is held out for test, as Kaggle's test.csv has no labels"
            return f"train.csv in {where}; {held_out}"
        if self.form == "IDX files":
            return f"files in {where}"
        return f"{' and '.join(file.name for file in self.paths)} in {where}"


def locate(data_dir: Path, known: KnownSet) -> SetFiles | None:
    """The files of a set in a data folder, by their names; None where there are none.

    Raises `DigitLabError` where only some are there, and where they are no files that could be read.
    """
    incomplete: DigitLabError | None = None
    for folder, names, named in folders.places(data_dir, known):
        for form, module in _FORMS.items():
            try:
                paths = module.locate(folder, names, known, named)
            except DigitLabError as error:
                incomplete = incomplete or error
                continue
            if paths is not None:
                return SetFiles(known, form, paths, tuple(_stamp(path) for path in paths))
        try:
            processed_pt.refuse(folder, names, known)
        except DigitLabError as error:
            incomplete = incomplete or error
    if incomplete:
        raise incomplete
    return None


def _stamp(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError as error:
        if file.is_symlink():
            raise DigitLabError(f"{file} is a link that leads nowhere; let it lead to a file again.") from None
        raise unreadable(file, error) from None
    if not stat.S_ISREG(status.st_mode):
        raise DigitLabError(f"{file} is not a file; put the file there, or name another folder in MNIST_DATA_DIR.")
    return status.st_size, status.st_mtime_ns


def check(files: SetFiles) -> None:
    """Raise `DigitLabError` where what the files say of themselves at their beginning is not as it should be, and where
    `read` refused them. What was looked at once is not read again until it changes.
    """
    if files in _refused:
        raise DigitLabError(_refused[files])
    _check_beginning(files)


@lru_cache(maxsize=64)
def _check_beginning(files: SetFiles) -> None:
    _FORMS[files.form].check(files.paths, files.known)


def read(files: SetFiles, cache_folder: Path) -> tuple[Digits, Digits, str, bool]:
    """Training and test digits, an MD5 sum over all, and whether it is known to be the set's own.

    What raw files do not hold as it is read is kept in `cache_folder`. Raises `DigitLabError` where the files cannot be
    used, or are not those of the set.
    """
    try:
        return _read(files, cache_folder)
    except DigitLabError as error:
        if getattr(error.__context__, "errno", None) is None:  # what the system did not let us read may be let later
            _refused[files] = str(error)
        raise


def _read(files: SetFiles, cache_folder: Path) -> tuple[Digits, Digits, str, bool]:
    known, counts = files.known, (files.known.train_count, files.known.test_count)
    module = _FORMS[files.form]

    def decode() -> tuple[idx.Buffers, cache.Checksums]:
        buffers = module.read(files.paths, known)
        for place in (1, 3):
            idx.as_labels(idx.numbers(buffers[place]), _file(files, place))
        checksums = cache.checksums(buffers)
        idx.require_own(checksums[3], files.paths[-1], known)
        for place, (checksum, own) in enumerate(zip(checksums, known.checksums or checksums, strict=True)):
            if checksum != own:
                raise idx.other_set(_file(files, place), known, f"its {'labels' if place % 2 else 'images'} differ")
        return buffers, checksums

    if _is_raw(files):
        buffers, checksums = decode()
    else:
        buffers, checksums = cache.load_or_decode(cache_folder, known.name, files.paths, files.stamps, counts, decode)
    train, test = _digits(buffers[0], buffers[1], known), _digits(buffers[2], buffers[3], known)
    return train, test, hashlib.md5("".join(checksums).encode()).hexdigest(), known.checksums is not None


def _is_raw(files: SetFiles) -> bool:
    return files.form == "IDX files" and not any(file.suffix.lower() == ".gz" for file in files.paths)


def _file(files: SetFiles, place: int) -> Path:
    """The file that holds one of the four buffers."""
    return files.paths[place * len(files.paths) // 4]


def _digits(images: idx.Buffer, labels: idx.Buffer, known: KnownSet) -> Digits:
    pixels = idx.numbers(images).reshape(-1, *idx.IMAGE)
    if known.transposed:
        for some in np.array_split(pixels, max(len(pixels) // 1_000, 1)):
            some[:] = some.transpose(0, 2, 1).copy()
    return Digits(pixels, idx.numbers(labels))
