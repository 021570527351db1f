"""Folders as people have them: whatever the form and the names of the files, the same digits are MNIST."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core import DigitLabError, data
from mnist_core.settings import Settings
from tests.mnist_core.data.made_sets import (
    DOTTED,
    FILES,
    Arrays,
    Make,
    checksums,
    packed,
    write_csv,
    write_idx,
    write_npz,
    write_table,
)


def raw_inside(folder: Path, made: Arrays) -> Path:
    return write_idx(folder / "MNIST" / "raw", made)


def upper(folder: Path) -> None:
    for path in list(folder.iterdir()):
        path.rename(folder / path.name.upper())


def folder_for_each_file(folder: Path, made: Arrays) -> None:
    write_idx(folder, made, tuple(f"{name}.part" for name in DOTTED))
    for name in DOTTED:
        (folder / name).mkdir()
        (folder / f"{name}.part").rename(folder / name / name)


def linked(folder: Path, made: Arrays) -> None:
    write_idx(folder / "elsewhere", made)
    (folder / "MNIST").mkdir()
    (folder / "MNIST" / "raw").symlink_to(Path("..") / "elsewhere")


def linked_files(folder: Path, made: Arrays) -> None:
    write_npz(folder / "elsewhere", made)
    (folder / "mnist.npz").symlink_to(folder / "elsewhere" / "mnist.npz")


def beside_other_files(folder: Path, made: Arrays) -> None:
    raw_inside(folder, made)
    write_idx(folder / "FashionMNIST" / "raw", made)
    (folder / "notes.txt").write_text("mine")


READ_AS_MNIST: dict[str, Make] = {
    "torchvision's": lambda folder, made: raw_inside(folder, made) and None,
    "torchvision's, named MNIST": lambda folder, made: raw_inside(folder, made).parent,
    "torchvision's, named raw": lambda folder, made: raw_inside(folder, made),
    "raw": lambda folder, made: write_idx(folder / "raw", made) and None,
    "four files": lambda folder, made: write_idx(folder, made),
    "four files with dots": lambda folder, made: write_idx(folder, made, DOTTED),
    "four .gz": lambda folder, made: write_idx(folder, made, packed(FILES)),
    "four .gz with dots": lambda folder, made: write_idx(folder, made, packed(DOTTED)),
    "MNIST/raw, .gz only": lambda folder, made: write_idx(folder / "MNIST" / "raw", made, packed(FILES)).parent.parent,
    "raw and .gz mixed": lambda folder, made: write_idx(folder, made, FILES[:2] + packed(DOTTED)[2:]),
    "other case": lambda folder, made: write_idx(folder / "mnist" / "RAW", made) and None,
    "other case of files": lambda folder, made: write_idx(folder, made, tuple(name.upper() for name in FILES)),
    "other case of .gz": lambda folder, made: write_idx(folder, made, packed(FILES)) and upper(folder),
    "a folder for each file": folder_for_each_file,
    "Keras'": lambda folder, made: write_npz(folder, made),
    "Keras' in MNIST": lambda folder, made: write_npz(folder / "MNIST", made) and None,
    "CSV": lambda folder, made: write_csv(folder, made),
    "CSV with header": lambda folder, made: write_csv(folder, made, header=True),
    "CSV, .gz": lambda folder, made: write_csv(folder, made, ends=".csv.gz"),
    "in other letters": lambda folder, made: write_idx(folder / "数据 данные" / "MNIST" / "raw", made).parent.parent,
    "linked folder": linked,
    "linked file": linked_files,
    "beside others": beside_other_files,
}


@pytest.mark.parametrize("make", READ_AS_MNIST.values(), ids=READ_AS_MNIST.keys())
def test_the_same_digits_are_mnist_in_whatever_form(
    make: Make, folder: Path, runs_dir: Path, miniature: Arrays
) -> None:
    settings = Settings(data_dir=make(folder, miniature) or folder, runs_dir=runs_dir, data_set=data.FULL)

    for _ in range(2):  # the second time from the cache, where there is one
        digits = data.load(settings)
        assert (digits.name, digits.verified) == (data.FULL, True)
        assert data.identify(settings) == digits.identity
        for part, expected in zip((digits.train, digits.test), (miniature[:2], miniature[2:]), strict=True):
            np.testing.assert_array_equal(part.images, expected[0])
            np.testing.assert_array_equal(part.labels, expected[1])
        data.source._load.cache_clear()


def test_all_forms_have_the_same_checksum(tmp_path: Path, runs_dir: Path, miniature: Arrays) -> None:
    folders = [
        write_idx(tmp_path / "a", miniature),
        write_npz(tmp_path / "b", miniature),
        write_csv(tmp_path / "c", miniature),
    ]

    loaded = [data.load(Settings(data_dir=folder, runs_dir=runs_dir), data.FULL) for folder in folders]

    assert len({digits.checksum for digits in loaded}) == 1


def test_kaggles_table_is_a_set_of_its_own_whose_held_out_part_is_told(
    folder: Path, named: Settings, miniature: Arrays
) -> None:
    images, labels, *_ = miniature
    write_table(folder / "train.csv", images, labels, header=True)
    (folder / "test.csv").write_text("pixel0,pixel1\n")

    digits = data.load(named)

    assert (digits.name, len(digits.train), len(digits.test)) == (data.KAGGLE, 60, 10)
    assert "held out for test" in digits.source
    assert np.bincount(digits.test.labels).tolist() == [1] * 10  # of seven of each digit
    both = {image.tobytes() for image in [*digits.train.images, *digits.test.images]}
    assert both == {image.tobytes() for image in images}
    assert data.load(named, data.KAGGLE).checksum == digits.checksum
    with pytest.raises(DigitLabError, match="holds MNIST-Kaggle but no MNIST"):
        data.load(named, data.FULL)  # as a run that was trained on MNIST asks


def test_kaggles_table_beside_mnist_is_there_too(folder: Path, named: Settings, miniature: Arrays) -> None:
    raw_inside(folder, miniature)
    write_table(folder / "MNIST" / "train.csv", miniature[0], miniature[1], header=True)

    assert data.load(named).name == data.FULL
    assert data.load(named, data.KAGGLE).name == data.KAGGLE
    assert [identity.name for identity in data.available(named)] == [data.EMBEDDED, data.FULL, data.KAGGLE]


def test_the_miniature_is_what_the_program_takes_for_mnist(miniature: Arrays) -> None:
    assert data.KNOWN[data.FULL].checksums == checksums(miniature)
