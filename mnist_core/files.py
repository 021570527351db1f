"""Files written so that nothing is lost: atomically, or with what was there put aside.

After a crash or a power failure, a file that was written atomically has either its old or its new content.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from mnist_core import DigitLabError


def write_atomically(path: Path, *content: bytes | memoryview) -> None:
    """Write `content`, one piece after another, to `path` as `open_atomically` does."""
    with open_atomically(path) as file:
        file.writelines(content)


@contextlib.contextmanager
def open_atomically(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file to write to; at the end, flush it to the disk and rename it to `path`.

    Raises `DigitLabError` where the folder cannot be written; the old content is kept, also after any other error.
    """
    temporary = path.with_name(path.name + ".partial")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise DigitLabError(
            f"{path.name} cannot be saved in {path.parent} ({error.strerror}); free some space there."
        ) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def put_aside(path: Path) -> Path:
    """Rename a file to a name beside it that is not taken, its own with `.before` at the end, and return that.

    Raises `OSError` where it cannot be renamed.
    """
    count = 1
    while True:
        aside = path.with_name(f"{path.name}.before{'' if count == 1 else f'-{count}'}")
        if not aside.exists() and not aside.is_symlink():
            return path.rename(aside)
        count += 1
