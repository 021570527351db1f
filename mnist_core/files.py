"""Atomic writing: after a crash or a power failure, a file has either its old or its new content."""

import contextlib
import os
from pathlib import Path

from mnist_core import DigitLabError


def write_atomically(path: Path, *content: bytes | memoryview) -> None:
    """Write `content`, one piece after another, to a temporary file, flush it to the disk, then rename it to `path`.

    Raises `DigitLabError` where the folder cannot be written; the old content is kept.
    """
    temporary = path.with_name(path.name + ".partial")
    try:
        with temporary.open("wb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise DigitLabError(
            f"{path.name} cannot be saved in {path.parent} ({error.strerror}); free some space there."
        ) from None
