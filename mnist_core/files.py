"""Files that are always whole: whatever ends the program or the machine, the old content or the new is there."""

import contextlib
import os
from pathlib import Path

from mnist_core import DigitLabError


def write(path: Path, content: bytes) -> None:
    """Write `content` to a temporary name, see it on the disk, then give it its name.

    Raises `DigitLabError` where the folder cannot be written; what was there before stays.
    """
    temporary = path.with_name(path.name + ".partial")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise DigitLabError(
            f"{path.name} cannot be saved in {path.parent} ({error.strerror}); free some space there."
        ) from None
