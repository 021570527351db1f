"""Where in a folder the files of a set may be, in whatever case its names are written."""

import os
from pathlib import Path

from mnist_core import DigitLabError
from mnist_core.data.catalogue import FULL, KNOWN, KnownSet, plain
from mnist_core.data.forms.reading import unreadable


def names_in(folder: Path) -> dict[str, Path]:
    """What is in a folder, by its names in lower case; nothing where there is no such folder.

    Raises `DigitLabError` where the folder cannot be read.
    """
    try:
        return {name.casefold(): folder / name for name in sorted(os.listdir(folder), reverse=True)}  # noqa: PTH208
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise unreadable(folder, error) from None


def places(data_dir: Path, known: KnownSet) -> list[tuple[Path, dict[str, Path], bool]]:
    """The folders in which files of a set may be, the likeliest first, with what is in each, and whether it bears the
    set's name: `MNIST/raw`, `MNIST`, `raw` and the data folder itself, which may be called `MNIST` or `raw` too.
    """
    home = plain(known.folder or KNOWN[FULL].folder)
    names = names_in(data_dir)
    folders: list[tuple[Path, dict[str, Path], bool]] = []
    bearing = [path for name, path in names.items() if plain(name) == home]
    for path in sorted(bearing, key=lambda path: path.name != known.folder):  # torchvision's spelling first
        if path.is_symlink() and not path.exists():
            raise DigitLabError(f"{path} is a link that leads nowhere; let it lead to a folder, or name another one.")
        folders += _with_raw(path, names_in(path), True)
    owner = _owner(data_dir)
    if owner in (None, home):
        folders += _with_raw(data_dir, names, owner == home)
    return folders


def _with_raw(folder: Path, names: dict[str, Path], named: bool) -> list[tuple[Path, dict[str, Path], bool]]:
    raw = [(names["raw"], names_in(names["raw"]), named)] if "raw" in names else []
    return [*raw, (folder, names, named)]


def _owner(folder: Path) -> str | None:
    """The set whose name a folder bears, or the one above it where it is called `raw`."""
    name = plain(folder.parent.name if folder.name.casefold() == "raw" else folder.name)
    return name if name in {plain(known.folder) for known in KNOWN.values() if known.folder} else None
