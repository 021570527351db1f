"""What packed files and tables decoded to, kept in a folder: to read it takes as long as to read raw files."""

import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np

from mnist_core import DigitLabError
from mnist_core.data.forms import idx
from mnist_core.files import write_atomically

Checksums: TypeAlias = tuple[str, str, str, str]
_VERSION = "1"  # changes with what is written
_SUMS = 4 * 16  # bytes at the end of a kept file


def load_or_decode(
    folder: Path,
    name: str,
    files: tuple[Path, ...],
    stamps: tuple[tuple[int, int], ...],
    counts: tuple[int, int],
    decode: Callable[[], tuple[idx.Buffers, Checksums]],
) -> tuple[idx.Buffers, Checksums]:
    """The buffers of a set and their MD5 sums, from `folder` where they are kept there, else decoded and put there.

    They are kept for these files with these stamps, that is, sizes and times; what was kept for others that they had
    before is deleted. A kept file that is damaged, or a folder that cannot be written, costs only the time.
    """
    kept = f"{name}-{_hash(files)}-"
    path = folder / f"{kept}{_hash(stamps)}.idx"
    loaded = _load(path, counts)
    if loaded is not None:
        return loaded
    buffers, sums = decode()
    with contextlib.suppress(DigitLabError, OSError):
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, *(buffer.data for buffer in buffers), bytes.fromhex("".join(sums)))
        for former in set(folder.glob(f"{kept}*.idx")) - {path}:
            former.unlink(missing_ok=True)
    return buffers, sums


def checksums(buffers: idx.Buffers) -> Checksums:
    """MD5 sums of IDX files in memory, as those of the files would be."""
    images, labels, test_images, test_labels = (hashlib.md5(buffer.data).hexdigest() for buffer in buffers)
    return images, labels, test_images, test_labels


def _hash(parts: object) -> str:
    return hashlib.md5(f"{_VERSION} {parts}".encode(errors="surrogateescape")).hexdigest()[:12]


def _load(path: Path, counts: tuple[int, int]) -> tuple[idx.Buffers, Checksums] | None:
    train, test = counts
    sizes = np.cumsum([16 + 784 * train, 8 + train, 16 + 784 * test, 8 + test])
    try:
        if path.stat().st_size != sizes[-1] + _SUMS:
            return None
        content = np.fromfile(path, np.uint8)
    except OSError:
        return None
    images, labels, test_images, test_labels, kept_sums = np.split(content, sizes)
    buffers = images, labels, test_images, test_labels
    sums = checksums(buffers)
    return (buffers, sums) if bytes.fromhex("".join(sums)) == kept_sums.tobytes() else None
