"""Files of sets, made of the embedded digits."""

import gzip
import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.data.own_sets.draft import Draft
from mnist_core.data.own_sets.idx import NamedFile
from mnist_core.data.own_sets.opening import open_files


def idx(array: NDArray[np.uint8], *, packed: bool = False) -> bytes:
    """An array as an IDX file."""
    content = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
    return gzip.compress(content) if packed else content


def npz(**arrays: NDArray[np.generic]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def png(image: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zip_file:
        for name, content in files.items():
            zip_file.writestr(name, content)
    return file.getvalue()


def draft(runs_dir: Path, *, of_digits: bool = True, **files: bytes) -> Draft:
    """What files of these names hold, `_` in place of a dot, read to the end."""
    named = [NamedFile(name.replace("_", "."), io.BytesIO(content)) for name, content in files.items()]
    gathered = Draft(open_files(named, of_digits=of_digits), runs_dir)
    while gathered.read():
        pass
    return gathered
