"""npz, NumPy's format: arrays in a zip file, of which none is unpickled, and zip files of any kind."""

from typing import IO, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import numpy as np

from mnist_core.data.formats.streams import ArrayHeader, FormatError, damage_noticed

METHODS = (ZIP_STORED, ZIP_DEFLATED)
"""How files may be packed: with other methods, a small read may unpack a block of any size."""
_MOST_DIRECTORY_BYTES = 40_000_000
_ENTRY, _BLOCK = b"PK\x01\x02", 1_000_000
_READERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def open_zip(file: BinaryIO, most_files: int) -> ZipFile:
    """Open a zip file for reading, whatever size its list of files claims to have.

    Raises `FormatError` where it is damaged, or holds more than `most_files`.
    """
    with damage_noticed("is damaged or cut off, or is no zip file"):
        # Counted before it is opened, since each then takes memory, whatever number of them the zip file declares.
        if _count(file, _ENTRY) > most_files:
            raise FormatError(f"holds more than {most_files:,} files", "take fewer")
        return ZipFile(cast(BinaryIO, _BoundedFile(file)))


def open_array(zip_file: ZipFile, name: str) -> tuple[IO[bytes], ArrayHeader]:
    """An array in an npz file, read up to its first number, and what it says of itself.

    Raises `FormatError` where it is damaged, locked, packed in an uncommon way, or holds pickled objects.
    """
    with damage_noticed():
        entry = zip_file.getinfo(name)
        if is_locked(entry):
            raise FormatError("is locked with a password", "save it without one")
        if entry.compress_type not in METHODS:
            raise FormatError("is packed in an uncommon way", "save it with numpy.savez_compressed")
        stream = zip_file.open(entry)
        shape, by_columns, dtype = _READERS[np.lib.format.read_magic(stream)](stream, max_header_size=10_000)
    if dtype.hasobject:
        why = "holds pickled objects, which are not opened since they could run programs"
        raise FormatError(why, "save it as plain numbers")
    return stream, ArrayHeader(shape, dtype, by_columns)


def is_locked(entry: ZipInfo) -> bool:
    """Whether a file in a zip file is locked with a password."""
    return bool(entry.flag_bits & 1)


class _BoundedFile:
    """A file of which no more than a zip file's list of files should be read at once: zipfile reads that in one piece,
    of whatever size it is said to be.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable, self.close = file.seek, file.tell, file.seekable, file.close

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(_MOST_DIRECTORY_BYTES + 1 if size < 0 else min(size, _MOST_DIRECTORY_BYTES + 1))
        if len(content) > _MOST_DIRECTORY_BYTES:
            raise FormatError("is damaged, or has a list of files that is too long")
        return content


def _count(file: BinaryIO, what: bytes) -> int:
    """How often these bytes are in a file."""
    file.seek(0)
    count, end = 0, b""
    while block := file.read(_BLOCK):
        count += (end + block).count(what)
        end = block[1 - len(what) :]
    return count
