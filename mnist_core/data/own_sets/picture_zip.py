"""The files of a zip file, read one by one; nothing is unpacked to the disk, so its names lead nowhere."""

import re
import stat
from collections.abc import Iterator
from pathlib import PurePosixPath
from zipfile import ZipFile, ZipInfo

from mnist_core import DigitLabError
from mnist_core.data.formats.npz import METHODS, is_locked
from mnist_core.data.formats.streams import FormatError, damage_noticed
from mnist_core.data.own_sets.contents import MAX_UNPACKED, Contents, RefusedEntry, RefusedError
from mnist_core.data.own_sets.picture_files import PictureFile, contents, is_hidden
from mnist_core.drawing import image_file
from mnist_core.names import visible

_DRIVE = re.compile(r"[A-Za-z]:")


def zip_contents(zip_file: ZipFile, name: str) -> Contents:
    """The pictures in a zip file. Raises `DigitLabError` where it cannot be used."""
    unpacked = 0

    def read(file: PictureFile) -> bytes:
        nonlocal unpacked
        content = _read(zip_file, file.handle)
        unpacked += len(content)
        if unpacked > MAX_UNPACKED:
            raise DigitLabError(f"{name} unpacks to more than {MAX_UNPACKED // 10**9} GB; take fewer pictures.")
        return content

    return contents(_files(zip_file), read, name)


def _files(zip_file: ZipFile) -> Iterator[PictureFile | RefusedEntry]:
    for entry in zip_file.infolist():
        # Otherwise `..\3\a.png` would be one name that begins with a dot.
        if entry.is_dir() or is_hidden(entry.filename.replace("\\", "/")):
            continue
        reason = _refusal(entry)
        yield PictureFile(entry.filename, entry) if reason is None else RefusedEntry(visible(entry.filename), reason)


def _refusal(entry: ZipInfo) -> str | None:
    path = PurePosixPath(entry.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or _DRIVE.match(entry.filename):
        return "has a name that leads elsewhere"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link, which is not followed"
    if is_locked(entry):
        return "is locked with a password"
    return None if entry.compress_type in METHODS else "is packed in an uncommon way; use plain zip"


def _read(zip_file: ZipFile, entry: ZipInfo) -> bytes:
    try:
        with damage_noticed(), zip_file.open(entry) as stream:
            return stream.read(image_file.MAX_BYTES + 1)
    except (FormatError, OSError):
        raise RefusedError("is damaged in the zip file") from None
