"""Synthetic images that are kept in a folder: 24,000 take 20 s to draw, so all cores draw them, once."""

import contextlib
import hashlib
import inspect
import io
import math
import os
import pickle
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias, cast

import numpy as np

from mnist_core import DigitLabError
from mnist_core.data import Digits, synthetic
from mnist_core.data.synthetic.handwriting import Sketch
from mnist_core.files import write_atomically

MODULES = (
    *("drawing.normalisation", "drawing.pen", "drawing.thinning"),
    *("data.synthetic.glyphs", "data.synthetic.handwriting", "data.synthetic"),
)
"""The modules of this package that decide what is drawn, none before one that it needs."""
SMALLEST_PART = 500
"""Images for which a process is started: that takes 0.7 s, an image 0.8 ms."""
_PROJECT = Path(__file__).parents[3]
Sketches: TypeAlias = tuple[list[Sketch], list[int]]
"""What is to be rendered, and the labels."""


def load_or_generate(folder: Path, digits: int, non_digits: int, seed: int) -> Digits:
    """So many synthetic digits, and then so many shapes that are none, with that seed.

    Those that are in `folder` are taken from there; the others are drawn and put there.
    """
    return _load_or_generate(folder, "digits", synthetic.sketch_digits, digits, seed).joined(
        _load_or_generate(folder, "non-digits", synthetic.sketch_non_digits, non_digits, seed)
    )


def _load_or_generate(folder: Path, name: str, sketch: Callable[[int, int], Sketches], count: int, seed: int) -> Digits:
    if not count:
        return synthetic.render_all([], [])
    kept = f"synthetic-{count}-{name}-seed-{seed}"
    path = folder / f"{kept}-{_version()}.npz"
    digits = _load(path)
    if digits is None:
        digits = _render(*sketch(count, seed))
        with contextlib.suppress(DigitLabError):  # they can be drawn again
            _save(path, digits)
        for former in set(folder.glob(f"{kept}-*.npz")) - {path}:
            former.unlink(missing_ok=True)
    return digits


@cache
def _version() -> str:
    """Changes with the code that draws the images, and with NumPy, whose random numbers it takes."""
    sources = "".join(inspect.getsource(import_module(f"mnist_core.{module}")) for module in MODULES)
    return hashlib.md5((np.__version__ + sources).encode(), usedforsecurity=False).hexdigest()[:8]


def _render(sketches: list[Sketch], labels: list[int]) -> Digits:
    """Render sketches in parts, each in a process of its own."""
    parts = min(os.cpu_count() or 1, math.ceil(len(sketches) / SMALLEST_PART))
    if parts <= 1:
        return synthetic.render_all(sketches, labels)
    ranges = pairwise(np.linspace(0, len(sketches), parts + 1).astype(int).tolist())
    with ThreadPoolExecutor(parts) as pool:
        first, *others = pool.map(_render_apart, [(sketches[start:end], labels[start:end]) for start, end in ranges])
    return first.joined(*others)


def _render_apart(part: Sketches) -> Digits:
    """Render in another process."""
    # Not by multiprocessing: its processes import again what started this one, PyTorch too, which takes seconds each.
    command = [sys.executable, "-m", __name__]
    rendered = subprocess.run(command, input=pickle.dumps(part), stdout=subprocess.PIPE, cwd=_PROJECT, check=True)
    return cast(Digits, pickle.loads(rendered.stdout))


def _load(path: Path) -> Digits | None:
    """What is kept in a file; None where it is not there or is damaged."""
    try:
        with np.load(path) as kept:
            return Digits(kept["images"], kept["labels"])
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error):
        return None


def _save(path: Path, digits: Digits) -> None:
    content = io.BytesIO()
    np.savez_compressed(content, images=digits.images, labels=digits.labels)
    write_atomically(path, content.getvalue())


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(synthetic.render_all(*pickle.load(sys.stdin.buffer))))
