"""The sets of one's own that are kept in the runs folder, each in a file of its own."""

import hashlib
import re
import threading
import unicodedata
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.data.catalogue import spelled
from mnist_core.data.data_set import DataSet, Identity
from mnist_core.data.own_sets import set_file
from mnist_core.data.own_sets.set_file import Blocks
from mnist_core.files import put_aside
from mnist_core.names import LONGEST_NAME, checked

RESERVED = ("unknown", "none")
"""In place of a data set's name, of imported runs and in addresses; the store of runs may not be imported from here."""
_FOLDER = "data_sets"
_one_at_a_time = threading.Lock()


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
    """The sets that are kept and not known to be damaged, by name."""
    whole = []
    for path in (runs_dir / _FOLDER).glob("*.npz"):
        with suppress(DigitLabError):
            whole.append(set_file.read_identity(path))
    return sorted(whole, key=lambda identity: identity.name.casefold())


def damaged(runs_dir: Path) -> dict[Path, str]:
    """The files of sets that are known to be damaged, and a sentence about each."""
    sentences = {}
    for path in sorted((runs_dir / _FOLDER).glob("*.npz")):
        try:
            set_file.read_identity(path)
        except DigitLabError as error:
            sentences[path] = str(error)
    return sentences


def identify(runs_dir: Path, name: str) -> Identity | None:
    """The set of that name, upper or lower case; None where there is none. `DigitLabError` where it is damaged."""
    path = _path(runs_dir, name)
    return set_file.read_identity(path) if path.is_file() else None


def load(runs_dir: Path, name: str) -> DataSet:
    """Load a set, which is then kept in memory until its file changes; `DigitLabError` where it is damaged or gone."""
    with _one_at_a_time:  # so that two sessions do not load it twice
        return set_file.read(_path(runs_dir, name))


def remove(runs_dir: Path, name: str, runs: int) -> None:
    """Delete a set. Raises `DigitLabError` where there is none of that name, and where a number of runs use it."""
    path = _path(runs_dir, name)
    if not path.is_file():
        raise DigitLabError(f"There is no data set {name[:LONGEST_NAME]!r} of your own; check the name.")
    if runs:
        use = "A run uses" if runs == 1 else f"{runs:,} runs use"
        raise DigitLabError(f"{use} the data set {name}; delete what uses it first, then the set.")
    _delete(path)


def remove_damaged(runs_dir: Path, path: Path) -> None:
    """Delete a file that `damaged` names, also where runs used its set, which cannot be used any more."""
    if path in damaged(runs_dir):
        _delete(path)


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise DigitLabError(f"{path} cannot be deleted ({error.strerror}); check who may write there.") from None


def checked_name(runs_dir: Path, name: str) -> str:
    """The name of a new set on one line, perhaps that of a damaged one, whose place it takes.

    Raises `DigitLabError` where it cannot have that name.
    """
    line = possible_name(name)
    if spelled(line) or _is_whole(runs_dir, line):
        raise DigitLabError(f"There is a data set {line} already; take another name.")
    return line


def possible_name(name: str) -> str:
    """A name on one line, as sets can be called here or elsewhere; `DigitLabError` where none can be called so."""
    line = _normal(checked(name))
    if not any(letter.isalnum() for letter in line):
        raise DigitLabError("A data set needs a name of letters; type one.")
    if spelled(line, RESERVED) or "," in line:
        raise DigitLabError(f"A data set cannot be called {' or '.join(RESERVED)}, nor have a comma in its name.")
    return line


def _is_whole(runs_dir: Path, name: str) -> bool:
    """Whether there is a set of that name that is not damaged."""
    try:
        set_file.check(_path(runs_dir, name))
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
    try:
        if path.exists():
            put_aside(path)
    except OSError as error:
        raise DigitLabError(f"{path} cannot be renamed ({error.strerror}); check who may write there.") from None
    set_file.write(path, identity, source, train, test)


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split()))


def _path(runs_dir: Path, name: str) -> Path:
    """The file of the set of that name, upper or lower case, whatever its alphabet."""
    folded = _normal(name).casefold()
    readable = re.sub(r"[^a-z0-9]+", "-", folded)[:40].strip("-")
    digest = hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()[:12]
    return runs_dir / _FOLDER / f"{readable}-{digest}.npz"
