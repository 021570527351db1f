"""Finds the data set that is asked for: in the data folder, or among what the program contains."""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from mnist_core import DigitLabError
from mnist_core.data import forms
from mnist_core.data.catalogue import DOWNLOADABLE, EMBEDDED, FULL, KAGGLE, KNOWN, KnownSet, spelled
from mnist_core.data.data_set import DataSet, Identity
from mnist_core.data.embedded import load_embedded
from mnist_core.data.own_sets import store
from mnist_core.names import visible
from mnist_core.settings import Settings

_loading = threading.Lock()  # sessions that ask at the same time share one set in memory


def identify(settings: Settings, name: str | None = None) -> Identity:
    """Tell which data set `load` would return, from the names, sizes and first bytes of files.

    Raises `DigitLabError` where there is none of that name, and where its files are missing or truncated.
    """
    if (own := _own(settings, name)) is not None:
        return own
    return _identity(_locate(settings, name))


def load(settings: Settings, name: str | None = None) -> DataSet:
    """Load the data set of that name, None for the one that the settings name; kept in memory until a file changes.

    Where the settings name MNIST, it is Kaggle's part of it if the data folder holds that alone, and the embedded part
    if nobody named a data folder and the default folder holds no MNIST. Raises `DigitLabError` where there is no set of
    that name, and where its files cannot be used.
    """
    if (own := _own(settings, name)) is not None:
        return store.load(settings.runs_dir, own.name)
    files = _locate(settings, name)
    if files is None:
        return load_embedded()
    with _loading:
        return _load(files, settings.runs_dir / "cache")


def available(settings: Settings) -> list[Identity]:
    """The data sets that can be used at once: embedded, those whose files are in the data folder, and one's own."""
    known = [_identity(files) for files in (None, *_in_data_folder(settings))]
    return [*known, *store.identities(settings.runs_dir)]


def why_embedded(settings: Settings) -> str | None:
    """Why the embedded digits stand for MNIST beside other sets in the data folder, in a sentence; None otherwise."""
    others = [files.known.name for files in _in_data_folder(settings)]
    with suppress(DigitLabError):
        if others and spelled(settings.data_set) == FULL and _locate(settings, None) is None:
            return f"{settings.data_dir} holds {' and '.join(others)} but no MNIST: the embedded digits stand for it."
    return None


def describe(name: str, runs_dir: Path) -> Identity | None:
    """The data set of that name, also where its images are not there; None where it was deleted or is damaged."""
    if name in KNOWN:
        return _identity_of(KNOWN[name])
    with suppress(DigitLabError):
        return store.identify(runs_dir, name)
    return None


def raw_folder(data_dir: Path, known: KnownSet = KNOWN[FULL]) -> Path:
    """The folder in which torchvision keeps the IDX files of a known data set."""
    return data_dir / known.folder / "raw"


def _own(settings: Settings, name: str | None) -> Identity | None:
    """The set of one's own that is asked for; None where it is one that the program knows, or none at all."""
    wanted = settings.data_set if name is None else name
    return store.identify(settings.runs_dir, wanted) if spelled(wanted) is None else None


def _identity(files: forms.SetFiles | None) -> Identity:
    return _identity_of(files.known if files else KNOWN[EMBEDDED])


def _identity_of(known: KnownSet) -> Identity:
    return Identity(known.name, known.train_count, known.test_count, known.class_names, known.of_digits)


def _locate(settings: Settings, name: str | None) -> forms.SetFiles | None:
    """The files of the set that is asked for; None for the embedded digits."""
    known = _known(settings, settings.data_set if name is None else name)
    if known.name == EMBEDDED:
        return None
    files = forms.locate(settings.data_dir, known)
    if files is None and name is None and known.name == FULL:
        files = forms.locate(settings.data_dir, KNOWN[KAGGLE])
        if files is None and not settings.names_data_dir and _holds_relatives_only(settings.data_dir):
            return None
    if files is None:
        raise DigitLabError(_nothing_found(settings, known))
    forms.check(files)
    return files


def _holds_relatives_only(folder: Path) -> bool:
    """Whether a folder is not there, or holds nothing but what downloads of MNIST's relatives leave in it."""
    if not os.path.lexists(folder):
        return True
    relatives = {known.folder.casefold() for known in KNOWN.values() if known.name != FULL}
    names = [name for name in forms.names_in(folder) if not name.startswith(".")]
    return folder.is_dir() and relatives.issuperset(names)


def _known(settings: Settings, name: str) -> KnownSet:
    spelling = spelled(name)
    if spelling is None:
        names = [*KNOWN, *(own.name for own in store.identities(settings.runs_dir))]
        raise DigitLabError(f"There is no data set {name[:30]!r}; choose one of: {', '.join(names)}.")
    return KNOWN[spelling]


def _in_data_folder(settings: Settings) -> list[forms.SetFiles]:
    return [files for files in _look_at_all(settings) if isinstance(files, forms.SetFiles)]


def _look_at_all(settings: Settings) -> Iterator[forms.SetFiles | DigitLabError]:
    """The files of each known set that are in the data folder, or why they cannot be used."""
    for known in KNOWN.values():
        try:
            files = forms.locate(settings.data_dir, known)
            if files is not None:
                forms.check(files)
                yield files
        except DigitLabError as error:
            yield error


def _nothing_found(settings: Settings, known: KnownSet) -> str:
    """What is where the files of a set should be, and what would work, in a sentence."""
    folder, named = settings.data_dir, ", which MNIST_DATA_DIR names," if settings.names_data_dir else ""
    others = [files.known.name for files in _in_data_folder(settings)]
    for error in _look_at_all(settings):
        if isinstance(error, forms.MisplacedError):
            return str(error)
    content = sorted(path.name for path in forms.names_in(folder).values())
    if others:
        instead = f"holds {' and '.join(others)} but no {known.name}; choose one of what is there as the data set"
        return f"{folder}{named} {instead}, or name another folder."
    if folder.exists() and not folder.is_dir():
        state = f"is a file, not a folder; name the folder that it is in, which should hold {_what_works(known)}"
    elif not folder.is_dir():
        state = f"does not exist; name a folder that holds {_what_works(known)}"
    elif not content:
        state = f"is empty; put {_what_works(known)} there"
    else:
        more = f" and {len(content) - 3:,} more" if len(content) > 3 else ""
        first = visible(", ".join(content[:3]))
        state = f"holds {first}{more}, but no {known.name}; put {_what_works(known)} there"
    download = f", or download {known.name} on the Data page" if known.name in DOWNLOADABLE else ""
    return f"{folder}{named} {state}{download}."


def _what_works(known: KnownSet) -> str:
    if known.name == KAGGLE:
        return "Kaggle's train.csv"
    plain = known.plain_name
    return f"the four IDX files, raw or as .gz, {plain}.npz, or {plain}_train.csv and {plain}_test.csv"


@lru_cache(maxsize=2)
def _load(files: forms.SetFiles, cache: Path) -> DataSet:
    train, test, checksum, verified = forms.read(files, cache)
    return DataSet(_identity(files), files.source, checksum, verified, train, test)
