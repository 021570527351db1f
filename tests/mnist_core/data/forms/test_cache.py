"""What was decoded is kept for these files alone; a kept file that is damaged, or cannot be written, is no error."""

import os
from pathlib import Path

import numpy as np
import pytest

from mnist_core import data
from mnist_core.data.forms import npz
from mnist_core.settings import Settings
from tests.mnist_core.data.made_sets import FILES, Arrays, write_idx, write_npz


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


def test_it_is_decoded_once(decoded: Path, named: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npz, "read", None)

    load_anew(named)


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
    packed = tuple(f"{name}.gz" for name in FILES)
    other = Settings(data_dir=write_idx(tmp_path / "other", miniature, packed), runs_dir=named.runs_dir)

    assert data.load(other, data.FULL).verified

    assert len(kept(named)) == 2
    assert decoded.exists()


def test_a_cache_that_cannot_be_written_is_no_error(folder: Path, named: Settings, miniature: Arrays) -> None:
    write_npz(folder, miniature)
    (named.runs_dir / "cache").write_text("a file in its place")

    load_anew(named)

    np.testing.assert_array_equal(data.load(named).train.images, miniature[0])
