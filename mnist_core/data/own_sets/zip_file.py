"""Opens a zip file, of whatever size its list of entries claims to be."""

from typing import BinaryIO
from zipfile import ZipFile

from mnist_core import DigitLabError
from mnist_core.data.own_sets.contents import MAX_IMAGES

_ENTRY = b"PK\x01\x02"
_BLOCK = 1_000_000


def open_zip(file: BinaryIO, name: str) -> ZipFile:
    """Open a zip file for reading. Raises `DigitLabError` where it is damaged or holds too many files."""
    # Counted before it is opened, since each entry then takes memory, whatever number of them the file declares.
    if _count(file, _ENTRY) > MAX_IMAGES + 1_000:  # some for folders
        raise DigitLabError(f"{name} holds more than {MAX_IMAGES:,} files, the most for a set; take fewer.")
    try:
        return ZipFile(file)
    except Exception:  # a damaged zip file raises many kinds of errors
        raise DigitLabError(f"{name} is damaged or incomplete; make or download it again.") from None


def _count(file: BinaryIO, what: bytes) -> int:
    """How often these bytes are in a file."""
    file.seek(0)
    count, end = 0, b""
    while block := file.read(_BLOCK):
        count += (end + block).count(what)
        end = block[1 - len(what) :]
    return count
