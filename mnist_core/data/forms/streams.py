"""Files read in pieces, gzipped or not, so that none takes more memory than its header announced."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError

OTHERWISE = "name a folder with a sound one in MNIST_DATA_DIR, or download one on the Data page"
_PIECE = 1 << 20


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """A file to read, unpacked where its first bytes are gzip's, whatever its name ends in.

    Raises `DigitLabError`, also while it is read, where the file is damaged, cut off or cannot be read.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            yield cast(IO[bytes], gzip.GzipFile(fileobj=file)) if packed else file
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DigitLabError(f"{path} is damaged or cut off; {OTHERWISE}.") from None
    except OSError as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: OSError) -> DigitLabError:
    """The error for a file or folder that the system does not let us read."""
    why = error.strerror or type(error).__name__
    return DigitLabError(f"{path} cannot be read ({why}); let this program read it, or name another folder.")


def fill(stream: IO[bytes], target: NDArray[np.uint8]) -> None:
    """Read as many bytes as `target`, one-dimensional, is long; raises `EOFError` where there are fewer."""
    view, start = target.data, 0
    while start < len(view):
        count = stream.readinto(view[start : start + _PIECE])  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        start += count
