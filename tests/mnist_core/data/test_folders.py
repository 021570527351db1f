"""Folders as people have them: each is read right or gives one true sentence, and never the embedded digits instead."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mnist_core import DigitLabError, data
from mnist_core.settings import Settings
from tests.mnist_core.data.made_sets import FILES, Arrays, checksums, write_csv, write_idx, write_npz, write_table

Make = Callable[[Path, Arrays], Path | None]
"""Fills a folder; returns the one to name where it is another."""
ONE_SENTENCE = r"\A[^\n]*[^.\n]\.\Z"
DOTTED = tuple(name.replace("-idx", ".idx") for name in FILES)
EMNIST = data.KNOWN["EMNIST-Digits"].files
QMNIST = data.KNOWN["QMNIST"].files


def packed(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{name}.gz" for name in names)


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


def old_torchvision(folder: Path, _: Arrays) -> None:
    (folder / "MNIST" / "processed").mkdir(parents=True)
    for name in ("training.pt", "test.pt"):
        (folder / "MNIST" / "processed" / name).write_bytes(b"\x80\x02.")


def a_file(folder: Path, _: Arrays) -> None:
    folder.write_bytes(b"text")


def others_in_mnists_form(folder: Path, made: Arrays) -> None:
    images, *others = made
    write_idx(folder, (255 - images, *others))  # type: ignore[arg-type]


def fewer_in_mnists_form(folder: Path, made: Arrays) -> None:
    images, labels, *test = made
    write_idx(folder, (images[:50], labels[:50], *test))  # type: ignore[arg-type]


def loop(folder: Path, _: Arrays) -> None:
    folder.mkdir()
    for name in (*FILES, "MNIST"):
        (folder / name).symlink_to(name)


def looping_files(folder: Path, _: Arrays) -> None:
    folder.mkdir()
    for name in FILES:
        (folder / name).symlink_to(name)


def pipes(folder: Path, _: Arrays) -> None:
    folder.mkdir()
    for name in FILES:
        os.mkfifo(folder / name)


def only_half(folder: Path, made: Arrays) -> None:
    write_idx(folder, made)
    for name in FILES[2:]:
        (folder / name).unlink()


def only_one_table(folder: Path, made: Arrays) -> None:
    write_table(folder / "mnist_train.csv", made[0], made[1])


def pictures(folder: Path, _: Arrays) -> None:
    folder.mkdir()
    for number in range(1_234):
        (folder / f"{number:04}.png").touch()


def odd_names(folder: Path, _: Arrays) -> None:
    folder.mkdir()
    for name in (b"\xff.png", b"two\nlines", "数据".encode()):
        (folder / os.fsdecode(name)).touch()


SENTENCES: dict[str, tuple[Make, str]] = {
    "absent": (lambda folder, _: None, "does not exist; name a folder that holds the four IDX files"),
    "a file": (a_file, "is a file, not a folder; name the folder that it is in"),
    "empty": (
        lambda folder, _: folder.mkdir(),
        "is empty; put the four IDX files, raw or as .gz, mnist.npz, or mnist_",
    ),
    "pictures": (pictures, "holds 0000.png, 0001.png, 0002.png and 1,231 more, but no MNIST; put "),
    "odd names": (odd_names, "holds two?lines, 数据, ?.png, but no MNIST; put "),
    "old torchvision": (old_torchvision, "which are not opened since such files could run programs; put the four IDX"),
    "half": (only_half, f"only a part of MNIST, without {FILES[2]}, {FILES[3]}; put what is missing there too"),
    "one table": (only_one_table, "lacks mnist_test.csv; put it there too"),
    "others": (others_in_mnists_form, "train-images-idx3-ubyte is not MNIST's own: its images differ; add it as a set"),
    "fewer": (fewer_in_mnists_form, "is not MNIST's own: 50 images for training instead of 70; add it as a set of you"),
    "EMNIST": (lambda folder, made: write_idx(folder, made, EMNIST), "holds EMNIST-Digits but no MNIST; choose one of"),
    "Fashion": (lambda folder, made: write_idx(folder / "FashionMNIST", made), "not MNIST's own|holds Fashion-MNIST "),
    "loop": (loop, "is a link that leads nowhere; let it lead to"),
    "looping files": (looping_files, "train-images-idx3-ubyte is a link that leads nowhere; let it lead to a file"),
    "pipes": (pipes, "is not a file; put the file there"),
}


@pytest.mark.parametrize(("make", "said"), SENTENCES.values(), ids=SENTENCES.keys())
def test_a_named_folder_that_cannot_be_used_is_one_true_sentence(
    make: Make, said: str, folder: Path, named: Settings, miniature: Arrays
) -> None:
    make(folder, miniature)

    for _ in range(2):
        with pytest.raises(DigitLabError, match=ONE_SENTENCE) as refused:
            data.load(named)
        assert any(words in str(refused.value) for words in said.split("|"))
        assert str(folder) in str(refused.value)
        assert str(refused.value).isprintable()
        assert not {"delete", "remove", "overwrite", "download again"} & set(str(refused.value).split())
    with pytest.raises(DigitLabError, match=ONE_SENTENCE):  # so that no page says beforehand that all is well
        data.identify(named)


def test_nothing_is_written_where_a_set_was_refused(folder: Path, named: Settings, miniature: Arrays) -> None:
    images, *others = miniature
    write_npz(folder, (255 - images, *others))  # type: ignore[arg-type]

    with pytest.raises(DigitLabError, match=r"mnist\.npz is not MNIST's own: its images differ"):
        data.load(named)

    assert not list(named.runs_dir.rglob("*"))
    assert [path.name for path in folder.iterdir()] == ["mnist.npz"]


def test_a_folder_that_the_system_does_not_let_us_read_is_one_sentence(
    folder: Path, named: Settings, miniature: Arrays, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_idx(folder, miniature)

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", refuse)
        with pytest.raises(DigitLabError, match=rf"{folder} cannot be read \(Permission denied\); [^\n]*\.\Z"):
            data.identify(named)

    assert data.load(named).verified


def test_a_file_that_the_system_does_not_let_us_read_is_one_sentence_until_it_does(
    folder: Path, named: Settings, miniature: Arrays, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_idx(folder, miniature)

    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        for look in (data.identify, data.load):
            with pytest.raises(DigitLabError, match=rf"{FILES[0]} cannot be read \(Permission denied\); [^\n]*\.\Z"):
                look(named)

    assert data.load(named).verified


RELATIVES: dict[str, tuple[str, Make]] = {
    "Fashion-MNIST, torchvision's": (
        "Fashion-MNIST",
        lambda folder, made: write_idx(folder / "FashionMNIST/raw", made),
    ),
    "Fashion-MNIST, Keras'": (
        "Fashion-MNIST",
        lambda folder, made: write_idx(folder / "fashion-mnist", made, packed(FILES)),
    ),
    "Fashion-MNIST, npz": ("Fashion-MNIST", lambda folder, made: write_npz(folder, made, "fashion_mnist.npz")),
    "KMNIST": ("KMNIST", lambda folder, made: write_idx(folder / "KMNIST" / "raw", made)),
}


@pytest.mark.parametrize(("name", "make"), RELATIVES.values(), ids=RELATIVES.keys())
def test_a_relative_is_read_by_its_name_from_its_folder(
    name: str, make: Make, folder: Path, named: Settings, miniature: Arrays
) -> None:
    make(folder, miniature)

    digits = data.load(named, name)

    assert (digits.name, digits.verified, digits.class_names) == (name, False, data.KNOWN[name].class_names)
    np.testing.assert_array_equal(digits.train.images, miniature[0])
    assert [identity.name for identity in data.available(named)] == [data.EMBEDDED, name]
    with pytest.raises(DigitLabError, match=f"holds {name} but no MNIST"):
        data.load(named)


def test_emnists_images_are_turned_upright(folder: Path, named: Settings, miniature: Arrays) -> None:
    images, labels, test_images, test_labels = miniature
    lying = images.transpose(0, 2, 1), labels, test_images.transpose(0, 2, 1), test_labels
    write_idx(folder / "EMNIST" / "raw", lying, packed(EMNIST))

    for _ in range(2):  # the second time from the cache
        digits = data.load(named, "emnist-digits")
        np.testing.assert_array_equal(digits.train.images, images)
        np.testing.assert_array_equal(digits.test.images, test_images)
        data.source._load.cache_clear()


def test_qmnists_labels_are_the_first_of_eight_numbers(folder: Path, named: Settings, miniature: Arrays) -> None:
    raw = write_idx(folder / "QMNIST" / "raw", miniature, QMNIST)
    for name, labels in ((QMNIST[1], miniature[1]), (QMNIST[3], miniature[3])):
        table = np.arange(8 * len(labels), dtype=">i4").reshape(-1, 8)
        table[:, 0] = labels
        header = bytes([0, 0, 12, 2]) + len(labels).to_bytes(4, "big") + (8).to_bytes(4, "big")
        (raw / name).write_bytes(header + table.tobytes())

    digits = data.load(named, "QMNIST")

    np.testing.assert_array_equal(digits.train.labels, miniature[1])
    np.testing.assert_array_equal(digits.test.labels, miniature[3])


def test_the_sets_that_are_there_are_available(folder: Path, named: Settings, miniature: Arrays) -> None:
    write_npz(folder, miniature)
    write_idx(folder / "KMNIST" / "raw", miniature)
    write_idx(folder / "FashionMNIST" / "raw", miniature)
    (folder / "FashionMNIST" / "raw" / FILES[1]).write_bytes(b"cut off")

    assert [identity.name for identity in data.available(named)] == [data.EMBEDDED, data.FULL, "KMNIST"]


def test_the_miniature_is_what_the_program_takes_for_mnist(miniature: Arrays) -> None:
    assert data.KNOWN[data.FULL].checksums == checksums(miniature)
