"""Synthetic images that are kept in a folder: each takes some milliseconds to draw, so all cores draw them, once."""

import contextlib
import hashlib
import inspect
import io
import math
import os
import zipfile
from collections.abc import Callable
from functools import cache
from importlib import import_module
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

import numpy as np

from mnist_core import DigitLabError
from mnist_core.data import Digits, synthetic
from mnist_core.files import write_atomically

MODULES = (
    *("drawing.normalisation", "drawing.pen", "drawing.thinning"),
    *("data.synthetic.glyphs", "data.synthetic.handwriting", "data.synthetic"),
)
"""The modules of this package that decide what is drawn, none before one that it needs."""
SMALLEST_PART = 250
"""Images for which a process is started; that takes as long as drawing a hundred."""
Generate: TypeAlias = Callable[[int, int, int], Digits]


def load_or_generate(folder: Path, digits: int, non_digits: int, seed: int) -> Digits:
    """So many synthetic digits, and then so many shapes that are none, with that seed.

    Those that are in `folder` are taken from there; the others are drawn and put there.
    """
    return _load_or_generate(folder, "digits", synthetic.generate_digits, digits, seed).joined(
        _load_or_generate(folder, "non-digits", synthetic.generate_non_digits, non_digits, seed)
    )


def _load_or_generate(folder: Path, name: str, generate: Generate, count: int, seed: int) -> Digits:
    path = folder / f"synthetic-{name}-{_version()}-seed-{seed}.npz"
    kept = _load(path)
    if len(kept) < count:
        kept = kept.joined(*_draw(generate, count, seed, start=len(kept)))
        with contextlib.suppress(DigitLabError):  # they can be drawn again
            _save(path, kept)
    return kept.take(np.arange(count))


@cache
def _version() -> str:
    """Another one for each program that draws other images."""
    sources = "".join(inspect.getsource(import_module(f"mnist_core.{module}")) for module in MODULES)
    return hashlib.md5(sources.encode()).hexdigest()[:8]


def _draw(generate: Generate, count: int, seed: int, start: int) -> list[Digits]:
    """Those from number `start` to `count`, in parts of which a process draws each."""
    parts = min(os.cpu_count() or 1, math.ceil((count - start) / SMALLEST_PART))
    edges = np.linspace(start, count, parts + 1).astype(int).tolist()
    if parts == 1:
        return [generate(count - start, seed, start)]
    # Not forked, since PyTorch's threads do not survive that; and not a pool, whose processes outlive a parent that is
    # killed, where these end with their part.
    context, drawn = get_context("spawn"), []
    for first, end in pairwise(edges):
        reader, writer = context.Pipe(duplex=False)
        context.Process(target=_send, args=(writer, generate, end - first, seed, first), daemon=True).start()
        writer.close()
        drawn.append(reader)
    return [reader.recv() for reader in drawn]


def _send(writer: Connection, generate: Generate, count: int, seed: int, start: int) -> None:
    writer.send(generate(count, seed, start))


def _load(path: Path) -> Digits:
    """What is kept in a file; nothing where it is not there or is damaged."""
    try:
        with np.load(path) as kept:
            return Digits(kept["images"], kept["labels"])
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))


def _save(path: Path, digits: Digits) -> None:
    content = io.BytesIO()
    np.savez_compressed(content, images=digits.images, labels=digits.labels)
    write_atomically(path, content.getvalue())
