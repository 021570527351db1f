"""A named folder that cannot be used gives one true sentence, and never the embedded digits instead."""

import os
from pathlib import Path

import pytest

from mnist_core import DigitLabError, data
from mnist_core.settings import Settings
from tests.mnist_core.data.made_sets import FILES, Arrays, Make, write_idx, write_npz, write_table

ONE_SENTENCE = r"\A[^\n]*[^.\n]\.\Z"
EMNIST = data.KNOWN["EMNIST-Digits"].files


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
    "moved": (lambda folder, made: write_idx(folder / "FashionMNIST", made), "holds MNIST, not Fashion-MNIST; give"),
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
        assert said in str(refused.value)
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
