"""What was decoded is kept for these files alone; a kept file that is damaged, or cannot be written, is no error."""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core import data
from mnist_core.data.forms import csv_tables, idx, npz
from mnist_core.settings import Settings
from tests.mnist_core.data.made_sets import FILES, Arrays, Make, packed, write_csv, write_idx, write_npz


def kept(settings: Settings) -> list[Path]:
    return sorted(settings.runs_dir.rglob("*.*"))


def load_anew(settings: Settings) -> None:
    """Load as a new process would."""
    data.source._load.cache_clear()
    assert data.load(settings).verified


@pytest.fixture
def decoded(folder: Path, named: Settings, miniature: Arrays) -> Path:
    """The file that keeps what a set was decoded to."""
    write_npz(folder, miniature)
    load_anew(named)
    [path] = kept(named)
    return path


FORMS: dict[str, Make] = {
    ".gz": lambda folder, made: write_idx(folder, made, packed(FILES)),
    "npz": lambda folder, made: write_npz(folder, made),
    "CSV": lambda folder, made: write_csv(folder, made),
}


@pytest.mark.parametrize("make", FORMS.values(), ids=FORMS.keys())
def test_after_the_first_load_only_what_was_kept_is_read_and_at_once(
    make: Make, folder: Path, named: Settings, miniature: Arrays, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(folder, miniature)
    load_anew(named)
    [path] = kept(named)
    for form in (idx, npz, csv_tables):
        monkeypatch.setattr(form, "read", None)
    reads: list[Path] = []
    from_file = np.fromfile
    monkeypatch.setattr(np, "fromfile", lambda file, *arguments: (reads.append(file), from_file(file, *arguments))[1])

    load_anew(named)

    assert reads == [path]
    loaded = data.load(named)
    assert data.load(named, data.FULL) is loaded
    # All images and labels are parts of what was read, of which nothing is copied.
    parts = [array for part in (loaded.train, loaded.test) for array in (part.images, part.labels)]
    assert len({id(owner(array)) for array in parts}) == 1


def owner(array: NDArray[np.uint8]) -> object:
    """The array whose memory this one is a view of."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def test_raw_files_are_not_kept_a_second_time(folder: Path, named: Settings, miniature: Arrays) -> None:
    write_idx(folder, miniature)
    load_anew(named)

    assert kept(named) == []


def damage(path: Path, content: bytes) -> None:
    path.write_bytes(content)


@pytest.mark.parametrize("place", [0, 100, -70, -1])
def test_a_damaged_byte_means_that_it_is_decoded_again(place: int, decoded: Path, named: Settings) -> None:
    sound = decoded.read_bytes()
    damaged = bytearray(sound)
    damaged[place] ^= 1
    decoded.write_bytes(damaged)

    load_anew(named)

    assert decoded.read_bytes() == sound


@pytest.mark.parametrize("content", [b"", b"half"])
def test_a_file_that_was_cut_off_is_decoded_again(content: bytes, decoded: Path, named: Settings) -> None:
    sound = decoded.read_bytes()
    decoded.write_bytes(content)

    load_anew(named)

    assert decoded.read_bytes() == sound


def test_another_file_in_its_place_is_decoded_and_the_former_forgotten(
    decoded: Path, folder: Path, named: Settings
) -> None:
    os.utime(folder / "mnist.npz", (1, 1))

    load_anew(named)

    [path] = kept(named)
    assert path != decoded


def test_two_folders_are_kept_side_by_side(decoded: Path, named: Settings, tmp_path: Path, miniature: Arrays) -> None:
    other = Settings(data_dir=write_idx(tmp_path / "other", miniature, packed(FILES)), runs_dir=named.runs_dir)

    assert data.load(other, data.FULL).verified

    assert len(kept(named)) == 2
    assert decoded.exists()


def test_a_cache_that_cannot_be_written_is_no_error(folder: Path, named: Settings, miniature: Arrays) -> None:
    write_npz(folder, miniature)
    (named.runs_dir / "cache").write_text("a file in its place")

    load_anew(named)

    np.testing.assert_array_equal(data.load(named).train.images, miniature[0])
