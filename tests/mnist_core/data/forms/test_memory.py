"""Files made to fill the memory are refused in less than 300 MB above idle, and sound ones are in memory once."""

import gzip
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.mnist_core.data.made_sets import FILES, KEYS, PIXELS

MOST_MEGABYTES = 300
BOMB = 400 * (1 << 20)
"""Bytes that would be too many in memory."""
PIECE = 1 << 24
# As in the tests of pictures: the high-water mark of the process's own memory.
LOADING = """
import sys
from pathlib import Path
from mnist_core import DigitLabError, data
from mnist_core.settings import Settings

def peak():
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1_000

before = peak()
try:
    data.load(Settings(data_dir=Path(sys.argv[1]), runs_dir=Path(sys.argv[2]), data_set="MNIST"))
    print("read", peak() - before)
except DigitLabError:
    print("refused", peak() - before)
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").is_file(), reason="only Linux says how much memory was used at most"
)


def load(folder: Path, runs_dir: Path) -> tuple[str, float]:
    """Whether a folder's set was read or refused in a process of its own, and the megabytes that it took at most."""
    done = subprocess.run(
        [sys.executable, "-c", LOADING, str(folder), str(runs_dir)], capture_output=True, text=True, check=True
    )
    outcome, megabytes = done.stdout.split()
    return outcome, float(megabytes)


def gzip_file(path: Path, begin: bytes, rest: bytes) -> None:
    """A file that unpacks to `begin` and then `rest`, over and over."""
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(begin)
        for _ in range(BOMB // PIECE):
            file.write(rest * (PIECE // len(rest)))


def images_header(count: int) -> bytes:
    return struct.pack(">4B3I", 0, 0, 8, 3, count, 28, 28)


def gzip_bomb(folder: Path, announced: int = 60_000) -> None:
    """Images for training which are followed by more than their header says, or which say that they are too many."""
    for name, count in ((FILES[1], 60_000), (FILES[3], 10_000)):
        (folder / name).write_bytes(struct.pack(">4BI", 0, 0, 8, 1, count) + bytes(count))
    (folder / FILES[2]).write_bytes(images_header(10_000) + bytes(10_000 * 784))
    gzip_file(folder / f"{FILES[0]}.gz", images_header(announced), bytes(PIECE))


def huge_raw_file(folder: Path) -> None:
    gzip_bomb(folder)
    (folder / f"{FILES[0]}.gz").unlink()
    with (folder / FILES[0]).open("wb") as file:
        file.write(images_header(3_000_000))
        file.truncate(3_000_000 * 784 + 16)  # takes no room on the disk


def npz_bomb(folder: Path, count: int) -> None:
    with zipfile.ZipFile(folder / "mnist.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for key in KEYS:
            shape = (count, 28, 28) if key.startswith("x") else (count,)
            with archive.open(f"{key}.npy", "w", force_zip64=True) as file:
                header = {"descr": "|u1", "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(file, header)
                file.writelines([bytes(PIECE)] * (BOMB // PIECE) if key == "x_train" else [])


def npz_of_a_million_files(folder: Path) -> None:
    """A list of files that alone takes 500 MB in memory."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0)
    with (folder / "mnist.npz").open("wb") as file:
        for number in range(1_000_000):
            file.write(entry + b"%08d" % number)
        size = file.tell()
        file.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, size, 0, 0))


def csv_bomb(folder: Path, begin: str, rest: str) -> None:
    (folder / "mnist_test.csv").write_text("0" + ",0" * 784)
    gzip_file(folder / "mnist_train.csv.gz", begin.encode(), rest.encode())


NAMES = f"label,{PIXELS}\n"
BOMBS: dict[str, Callable[[Path], None]] = {
    "gz": gzip_bomb,
    "gz, announced": lambda folder: gzip_bomb(folder, announced=4_000_000_000),
    "raw": huge_raw_file,
    "npz": lambda folder: npz_bomb(folder, 60_000),
    "npz, announced": lambda folder: npz_bomb(folder, 2_000_000),
    "npz of a million files": npz_of_a_million_files,
    "csv, first line": lambda folder: csv_bomb(folder, "", "0"),
    "csv, one line": lambda folder: csv_bomb(folder, NAMES, "0,"),
    "csv, short lines": lambda folder: csv_bomb(folder, NAMES, "0\n"),
    "csv, no content": lambda folder: csv_bomb(folder, NAMES, "\n"),
    "csv, many rows": lambda folder: csv_bomb(folder, NAMES, "0" + ",0" * 784 + "\n"),
}


@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS.keys())
def test_a_file_that_would_fill_the_memory_is_refused_before_it_does(
    make: Callable[[Path], None], folder: Path, runs_dir: Path
) -> None:
    folder.mkdir()
    make(folder)

    outcome, megabytes = load(folder, runs_dir)

    assert outcome == "refused"
    assert megabytes < MOST_MEGABYTES
    assert not list(runs_dir.iterdir())


@pytest.mark.full_mnist
@pytest.mark.parametrize("form", ["raw", "gz", "npz", "csv"])
def test_full_mnist_is_in_memory_once(form: str, full_mnist_folders: dict[str, Path], runs_dir: Path) -> None:
    outcome, first = load(full_mnist_folders[form], runs_dir)
    _, again = load(full_mnist_folders[form], runs_dir)

    assert outcome == "read"
    assert first < 55 + 150  # the images, and what decodes them
    assert again < 55 + 30
