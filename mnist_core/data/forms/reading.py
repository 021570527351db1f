"""Files of a known set opened, and the sentences about those that are not what they should be."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mnist_core import DigitLabError
from mnist_core.data.formats.streams import FormatError, unpacked

OTHERWISE = "name a folder with a sound one in MNIST_DATA_DIR, or download one on the Data page"


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """A file to read, unpacked where it is gzipped.

    Raises `DigitLabError`, also while it is read, where the file is damaged, not in its format, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            yield unpacked(file)
    except (EOFError, zlib.error, gzip.BadGzipFile):  # of a table; the arrays' formats notice it themselves
        raise DigitLabError(f"{path} is damaged or cut off; {OTHERWISE}.") from None
    except FormatError as error:
        remedies = [error.remedy] if error.remedy else []
        raise DigitLabError(f"{path} {error}; {', or '.join([*remedies, OTHERWISE])}.") from None
    except OSError as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: OSError) -> DigitLabError:
    """The error for a file or folder that the system does not let us read."""
    why = error.strerror or type(error).__name__
    return DigitLabError(f"{path} cannot be read ({why}); let this program read it, or name another folder.")
