"""The largest sets are read, kept and loaded in less than 300 MB, and so is what tries to take more."""

import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from mnist_core.data import DataSet
from mnist_core.data.own_sets.contents import MAX_IMAGES
from tests.mnist_core.data.own_sets.made_sets import png

MOST_MEGABYTES = 300
# The high-water mark of the process's own memory; getrusage's also counts that of the process that started it.
READING = """
import sys
from pathlib import Path
from mnist_core import DigitLabError
from mnist_core.data.own_sets import store
from mnist_core.data.own_sets.draft import Draft
from mnist_core.data.own_sets.opening import open_paths

def peak():
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1_000

before, runs_dir = peak(), Path(sys.argv[1])
try:
    with open_paths([Path(path) for path in sys.argv[2:]]) as contents:
        draft = Draft(contents, runs_dir)
        while draft.read():
            pass
    draft.keep("Large")
    print("read", peak() - before)
except DigitLabError as error:
    print(error, peak() - before)
"""
LOADING = (
    READING[: READING.index("try:")]
    + """
assert len(store.load(runs_dir, "Large").train) > 100_000
print("loaded", peak() - before)
"""
)

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").is_file(), reason="only Linux says how much memory was used at most"
)


def run(program: str, *arguments: Path) -> tuple[str, float]:
    """What is printed: a word or a sentence, and how many megabytes were used."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    what, _, megabytes = done.stdout.strip().rpartition(" ")
    return what, float(megabytes)


def test_the_largest_set_is_read_and_loaded_in_less_than_300_mb(embedded: DataSet, tmp_path: Path) -> None:
    turns = MAX_IMAGES // len(embedded.train)
    with (tmp_path / "images.idx").open("wb") as images, (tmp_path / "labels.idx").open("wb") as labels:
        images.write(bytes((0, 0, 8, 3)) + struct.pack(">3I", MAX_IMAGES, 28, 28))
        labels.write(bytes((0, 0, 8, 1)) + struct.pack(">I", MAX_IMAGES))
        for turn in range(turns):
            images.write(np.roll(embedded.train.images, turn, axis=1).tobytes())
            labels.write(embedded.train.labels.tobytes())

    what, megabytes = run(READING, tmp_path, tmp_path / "images.idx", tmp_path / "labels.idx")
    assert what == "read"
    assert megabytes <= MOST_MEGABYTES
    what, megabytes = run(LOADING, tmp_path)
    assert what == "loaded"
    assert megabytes <= MOST_MEGABYTES


def test_the_largest_images_of_digits_are_read_in_less_than_300_mb(embedded: DataSet, tmp_path: Path) -> None:
    count, side = 3, 2_000
    shade = np.linspace(250, 150, side)[:, None]  # an uneven ground, so that the digits are searched for
    with (tmp_path / "images.idx").open("wb") as images:
        images.write(bytes((0, 0, 8, 3)) + struct.pack(">3I", count, side, side))
        for image in embedded.train.images[:count]:
            ink = np.pad(image.repeat(50, axis=0).repeat(50, axis=1), (side - 1_400) // 2)
            images.write(np.where(ink > 100, 30, shade).astype(np.uint8).tobytes())
    labels = bytes((0, 0, 8, 1)) + struct.pack(">I", count) + bytes(count)
    (tmp_path / "labels.idx").write_bytes(labels)

    what, megabytes = run(READING, tmp_path, tmp_path / "images.idx", tmp_path / "labels.idx")
    assert what == "read"
    assert megabytes <= MOST_MEGABYTES


def test_large_numbers_in_an_npz_are_read_in_less_than_300_mb(tmp_path: Path) -> None:
    count = 100_000  # of 8 bytes a pixel, 627 MB
    images = np.broadcast_to((np.arange(784).reshape(28, 28) % 255).astype(np.float64), (count, 28, 28))
    path = tmp_path / "large.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zip_file:
        for name, array in (("x", images), ("y", (np.arange(count) % 10).astype(np.uint8))):
            with zip_file.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array)

    what, megabytes = run(READING, tmp_path, path)
    assert what.startswith("A set needs two different images")
    assert megabytes <= MOST_MEGABYTES


def test_a_zip_of_the_most_files_of_which_some_are_bombs_takes_less_than_300_mb(
    embedded: DataSet, tmp_path: Path
) -> None:
    bomb, path = png(np.zeros((5_000, 10_000), np.uint8)), tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zip_file:
        for n in range(40):
            zip_file.writestr(f"{embedded.train.labels[n]}/{n}.png", png(embedded.train.images[n]))
        zip_file.writestr("1/pixels.png", bomb)
        zip_file.writestr("2/zeros.png", bytes(300_000_000))
        for n in range(MAX_IMAGES - 100):
            zip_file.writestr(zipfile.ZipInfo(f"3/a-picture-with-a-name-{n}.png"), b"")

    what, megabytes = run(READING, tmp_path, path)
    assert what == "read"
    assert megabytes <= MOST_MEGABYTES


def test_a_zip_whose_list_of_files_is_large_takes_less_than_300_mb(tmp_path: Path) -> None:
    # Names as long as a zip file's may be: 394 MB in the list, of as many files as a zip of pictures may have.
    path, name, count = tmp_path / "names.zip", b"3/" + b"a" * 65_533, 6_000
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0)
    with path.open("wb") as file:
        file.write(b"PK\3\4")
        for _ in range(count):
            file.write(entry + name)
        size = file.tell() - 4
        file.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, 0, 0))

    what, megabytes = run(READING, tmp_path, path)
    assert "has a list of files that is too long" in what
    assert megabytes <= MOST_MEGABYTES
