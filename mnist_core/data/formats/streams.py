"""Files read in pieces, gzipped or not, so that none takes more memory than its header announced."""

import errno
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

_GZIP = b"\x1f\x8b"
_PIECE = 1 << 20


class FormatError(Exception):
    """A file is not what its format asks for; the message is a part of a sentence, after its name: "is cut off".

    `remedy` is what to do, where the format tells.
    """

    def __init__(self, reason: str, remedy: str | None = None) -> None:
        super().__init__(reason)
        self.remedy = remedy


class ArrayHeader(NamedTuple):
    """What a file says of the array in it; `by_columns` where the first index changes first, as in Fortran."""

    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    by_columns: bool = False


@contextmanager
def damage_noticed(reason: str = "is damaged or cut off") -> Iterator[None]:
    """Whatever reading a damaged file raises, as a `FormatError`; `OSError` where the system does not let us read."""
    try:
        yield
    except FormatError:
        raise
    except Exception as error:  # what unpacks a file, and what reads its header, raise many kinds on damaged ones
        # To seek where a damaged zip file points to is an invalid argument.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        raise FormatError(reason) from None


def unpacked(file: IO[bytes]) -> IO[bytes]:
    """The bytes of a file from its beginning, unpacked where the first are gzip's, whatever the file is called."""
    file.seek(0)
    packed = file.read(2) == _GZIP
    file.seek(0)
    return cast(IO[bytes], gzip.GzipFile(fileobj=file)) if packed else file


def fill(stream: IO[bytes], target: NDArray[np.uint8]) -> None:
    """Read as many bytes as `target`, one-dimensional, is long; raises `FormatError` where there are fewer."""
    view, start = target.data, 0
    with damage_noticed():
        while start < len(view):
            count = stream.readinto(view[start : start + _PIECE])  # type: ignore[attr-defined]
            if not count:
                raise EOFError
            start += count


def require_end(stream: IO[bytes]) -> None:
    """Raise `FormatError` where more follows; what is packed has its sums checked by that."""
    with damage_noticed():
        if stream.read(1):
            raise FormatError("is longer than its header says")
