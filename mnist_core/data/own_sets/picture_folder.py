"""The files of a folder, without following links out of it."""

import os
from collections.abc import Iterator
from pathlib import Path

from mnist_core.data.own_sets.contents import Contents, RefusedEntry, RefusedError
from mnist_core.data.own_sets.picture_files import PictureFile, contents, is_hidden
from mnist_core.drawing import image_file
from mnist_core.names import visible


def folder_contents(folder: Path) -> Contents:
    """The pictures in a folder; no link in it is followed. Raises `DigitLabError` where it cannot be used."""
    return contents(_files(folder), _read, f"the folder {visible(folder.name)}")


def _files(folder: Path) -> Iterator[PictureFile | RefusedEntry]:
    waiting = [(folder, "")]
    while waiting:
        path, above = waiting.pop()
        try:
            with os.scandir(path) as scanned:
                entries = sorted(scanned, key=lambda entry: entry.name)
        except OSError as error:
            yield RefusedEntry(visible(above or folder.name), f"cannot be read ({error.strerror})")
            continue
        for entry in entries:
            inside = above + entry.name
            if is_hidden(inside):
                continue
            if entry.is_symlink():
                yield RefusedEntry(visible(inside), "is a link, which is not followed")
            elif entry.is_dir():
                waiting.append((Path(entry.path), f"{inside}/"))
            elif entry.is_file():
                yield PictureFile(inside, entry.path)
            else:
                yield RefusedEntry(visible(inside), "is no file")  # a pipe, which nobody may ever fill


def _read(file: PictureFile) -> bytes:
    try:
        with Path(file.handle).open("rb") as stream:
            return stream.read(image_file.MAX_BYTES + 1)
    except OSError as error:
        raise RefusedError(f"cannot be read ({error.strerror})") from None
