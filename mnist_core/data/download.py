"""MNIST and its relatives, downloaded through torchvision."""

import errno
import gzip
import shutil
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

from mnist_core import DigitLabError, data
from mnist_core.data.catalogue import DOWNLOADABLE, FULL, KNOWN, KnownSet, spelled
from mnist_core.files import put_aside
from mnist_core.settings import Settings

_PARTIAL = ".download-"
_STORING = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""Numbers of errors that are of the disk; others that come up in a download are of the internet."""


def fetch(data_dir: Path, name: str = FULL) -> None:
    """Download the data set of that name into `data_dir`, laid out as torchvision does; all files arrive or none.

    A file that is in the place of one that arrives is kept beside it, with `.before` at the end of its name. Raises
    `DigitLabError` where there is no such set, and where its files cannot be downloaded or stored.
    """
    known = _downloadable(name)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        for leftover in data_dir.glob(f"{_PARTIAL}*"):
            shutil.rmtree(leftover)
        with tempfile.TemporaryDirectory(prefix=_PARTIAL, dir=data_dir) as folder:
            _fetch_into(Path(folder), known)
            _put_in_place(data.raw_folder(Path(folder), known), data.raw_folder(data_dir, known))
    except OSError as error:
        raise DigitLabError(
            f"{known.name} could not be downloaded, as it cannot be stored in {data_dir} ({error.strerror}); let this "
            "program write there, free some space, or name another folder in MNIST_DATA_DIR."
        ) from None


def total_bytes(name: str) -> int:
    """How many bytes a download of the data set of that name fetches."""
    return _downloadable(name).download_bytes


def stored_bytes(data_dir: Path) -> int:
    """How many bytes a download in progress has stored so far, of `total_bytes`."""
    fetched = [path for end in ("gz", "zip") for path in data_dir.glob(f"{_PARTIAL}*/*/raw/*.{end}")]
    return sum(path.stat().st_size for path in fetched)


def _downloadable(name: str) -> KnownSet:
    spelling = spelled(name, DOWNLOADABLE)
    if spelling is None:
        raise DigitLabError(f"{name[:30]!r} cannot be downloaded; choose one of: {', '.join(DOWNLOADABLE)}.")
    return KNOWN[spelling]


def _fetch_into(folder: Path, known: KnownSet) -> None:
    """Download a set, and see whether it can be read; an `OSError` is one of storing, not of the internet."""
    from torchvision import datasets
    from torchvision.datasets.utils import download_url

    raw = data.raw_folder(folder, known)
    try:
        if known.name == "EMNIST-Digits":
            # torchvision itself would unpack the six sets of this archive, 3 GB.
            download_url(datasets.EMNIST.url, raw, md5=datasets.EMNIST.md5)
            _unpack(raw / Path(datasets.EMNIST.url).name, known)
        elif known.name == "QMNIST":
            for part in ("train", "test"):
                datasets.QMNIST(folder, what=part, download=True)
        else:
            getattr(datasets, known.folder)(folder, train=True, download=True)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _STORING:
            raise
        raise DigitLabError(
            f"{known.name} could not be downloaded; check the internet connection, then try again "
            f"({type(error).__name__})."
        ) from error
    try:
        data.load(Settings(data_dir=folder, runs_dir=folder), known.name)
    except DigitLabError:
        raise DigitLabError(
            f"{known.name} could not be downloaded: what arrived are not its own files; try again, or on another "
            "network."
        ) from None


def _unpack(archive: Path, known: KnownSet) -> None:
    """Unpack the files of a set from EMNIST's archive, where each is gzipped beside those of other sets."""
    with zipfile.ZipFile(archive) as entries:
        for file in known.files:
            with (
                entries.open(f"gzip/{file}.gz") as packed,
                gzip.open(packed) as source,
                (archive.parent / file).open("wb") as target,
            ):
                shutil.copyfileobj(source, target)
    archive.unlink()


def _put_in_place(new: Path, target: Path) -> None:
    """Move the files of a set to the folder `target`; where one cannot be moved, all are as before."""
    target.mkdir(parents=True, exist_ok=True)
    moved: list[tuple[Path, Path]] = []
    try:
        for path in [path for path in new.iterdir() if path.suffix != ".gz"]:
            place = target / path.name
            if place.exists() or place.is_symlink():
                moved.append((place, put_aside(place)))
            moved.append((path, place))
            path.rename(place)
    except OSError:
        for before, after in reversed(moved):
            with suppress(OSError):
                after.rename(before)
        raise
