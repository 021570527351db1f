"""A download puts all files of a set in place or leaves the folder as it was, and removes nothing of a person's."""

import errno
import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torchvision.datasets

from mnist_core import DigitLabError, data
from mnist_core.data import download
from mnist_core.settings import Settings
from tests.mnist_core.data.made_sets import FILES, Arrays, idx_file, write_idx

ONE_SENTENCE = r"\AMNIST could not be downloaded[;:,] [^\n]*\.\Z"
INTERNET = r"\AMNIST could not be downloaded; check the internet connection[^\n]*\.\Z"


def fetching(monkeypatch: pytest.MonkeyPatch, fetch: Callable[[Path], object], name: str = "MNIST") -> None:
    """Let torchvision fill the raw folder it is given with `fetch` instead of from the internet."""

    def arrive(root: str, download: bool, train: bool = True, what: str = "") -> None:
        assert download
        raw = Path(root) / name / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        fetch(raw)

    monkeypatch.setattr(torchvision.datasets, name, arrive)


def everything_in(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def connection_lost(raw: Path) -> None:
    (raw / f"{FILES[2]}.gz").write_bytes(bytes(1_000))
    raise RuntimeError("Error downloading train-images-idx3-ubyte.gz:\n<urlopen error timed out>")


@pytest.mark.parametrize(
    "error", [URLError("no host"), ConnectionResetError(errno.ECONNRESET, "reset"), TimeoutError("timed out")]
)
def test_a_connection_that_fails_is_said_to_be_one(
    error: Exception, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(_: Path) -> None:
        raise error

    fetching(monkeypatch, fail)

    with pytest.raises(DigitLabError, match=INTERNET):
        download.fetch(tmp_path)


def test_a_failed_download_is_one_sentence_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fetching(monkeypatch, connection_lost)

    with pytest.raises(DigitLabError, match=INTERNET):
        download.fetch(tmp_path / "data")

    assert list(tmp_path.rglob("*")) in ([], [tmp_path / "data"])


def test_a_failed_download_leaves_what_was_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = data.raw_folder(tmp_path) / FILES[0]
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    before = everything_in(tmp_path)
    fetching(monkeypatch, connection_lost)

    with pytest.raises(DigitLabError, match=INTERNET):
        download.fetch(tmp_path)

    assert everything_in(tmp_path) == before


@pytest.mark.parametrize(
    "arrive",
    [
        lambda raw: (raw / FILES[0]).touch(),
        lambda raw: [(raw / name).write_bytes(b"a page that asks to log in") for name in FILES],
    ],
    ids=["a file missing", "other content"],
)
def test_a_download_of_something_else_is_refused(
    arrive: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fetching(monkeypatch, arrive)

    with pytest.raises(DigitLabError, match=ONE_SENTENCE) as refused:
        download.fetch(tmp_path)

    assert "what arrived are not its own files" in str(refused.value)
    assert list(tmp_path.iterdir()) == []
    assert ".download-" not in str(refused.value), "it sends people to a folder that is gone"


def test_a_folder_that_cannot_be_made_is_not_blamed_on_the_internet(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DigitLabError, match=ONE_SENTENCE) as refused:
        download.fetch(tmp_path / "file" / "data")

    assert f"it cannot be stored in {tmp_path / 'file' / 'data'} (Not a directory)" in str(refused.value)
    assert "internet" not in str(refused.value)


@pytest.mark.parametrize("when", ["before", "while it arrives"])
def test_a_disk_that_refuses_is_not_blamed_on_the_internet(
    when: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    if when == "before":
        monkeypatch.setattr(Path, "mkdir", refuse)
    else:
        fetching(monkeypatch, refuse)

    with pytest.raises(DigitLabError, match=ONE_SENTENCE) as refused:
        download.fetch(tmp_path)

    assert f"it cannot be stored in {tmp_path} (Read-only file system)" in str(refused.value)
    assert "internet" not in str(refused.value)


def test_a_good_download_puts_the_four_files_in_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, miniature: Arrays
) -> None:
    def arrive(raw: Path) -> None:
        write_idx(raw, miniature)
        write_idx(raw, miniature, tuple(f"{name}.gz" for name in FILES))  # torchvision leaves them there

    fetching(monkeypatch, arrive)

    download.fetch(tmp_path / "new" / "data", "mnist")

    assert sorted(everything_in(tmp_path / "new" / "data")) == sorted(
        ["MNIST", "MNIST/raw", *(f"MNIST/raw/{name}" for name in FILES)]
    )
    assert data.load(Settings(data_dir=tmp_path / "new" / "data"), data.FULL).verified


def a_persons_folder(data_dir: Path, made: Arrays) -> dict[str, bytes | None]:
    """A set of one's own where MNIST should be, and other things beside it."""
    images, *others = made
    raw = write_idx(data.raw_folder(data_dir), (255 - images, *others))  # type: ignore[arg-type]
    (raw / f"{FILES[0]}.before").write_bytes(b"what an earlier download left")
    (raw.parent / "notes.txt").write_text("mine")
    return everything_in(data_dir)


def test_a_good_download_keeps_what_was_in_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, miniature: Arrays
) -> None:
    before = a_persons_folder(tmp_path, miniature)
    fetching(monkeypatch, lambda raw: write_idx(raw, miniature))

    download.fetch(tmp_path)

    assert data.load(Settings(data_dir=tmp_path), data.FULL).verified
    after = everything_in(tmp_path)
    assert after[f"MNIST/raw/{FILES[0]}.before-2"] == before[f"MNIST/raw/{FILES[0]}"]
    assert set(before.values()) <= set(after.values())


@pytest.mark.parametrize("failing", range(8))
def test_a_download_that_cannot_be_put_in_place_leaves_all_as_it_was(
    failing: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, miniature: Arrays
) -> None:
    before = a_persons_folder(tmp_path, miniature)
    fetching(monkeypatch, lambda raw: write_idx(raw, miniature))
    rename, calls = Path.rename, list[Path]()

    def rename_until(path: Path, target: Path) -> Path:
        calls.append(path)
        if len(calls) == failing + 1:
            raise OSError(errno.EACCES, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", rename_until)

    with pytest.raises(DigitLabError, match=ONE_SENTENCE):
        download.fetch(tmp_path)

    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("name", ["Fashion-MNIST", "KMNIST"])
def test_a_relative_arrives_under_its_name(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, relative: Arrays
) -> None:
    fetching(monkeypatch, lambda raw: write_idx(raw, relative), data.KNOWN[name].folder)

    download.fetch(tmp_path, name)

    assert [identity.name for identity in data.available(Settings(data_dir=tmp_path))] == [data.EMBEDDED, name]


def test_qmnist_arrives_in_two_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, relative: Arrays) -> None:
    images, labels, test_images, test_labels = relative

    def arrive(root: Path, what: str, download: bool) -> None:
        raw = Path(root) / "QMNIST" / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        some, their_labels = (images, labels) if what == "train" else (test_images, test_labels)
        table = np.zeros((len(their_labels), 8), ">i4")
        table[:, 0] = their_labels
        header = bytes([0, 0, 12, 2]) + len(table).to_bytes(4, "big") + (8).to_bytes(4, "big")
        (raw / f"qmnist-{what}-images-idx3-ubyte").write_bytes(idx_file(some))
        (raw / f"qmnist-{what}-labels-idx2-int").write_bytes(header + table.tobytes())

    monkeypatch.setattr(torchvision.datasets, "QMNIST", arrive)

    download.fetch(tmp_path, "QMNIST")

    np.testing.assert_array_equal(data.load(Settings(data_dir=tmp_path), "QMNIST").test.labels, test_labels)


def test_of_emnists_archive_the_digits_alone_are_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, relative: Arrays
) -> None:
    def arrive(url: str, root: Path, md5: str) -> None:
        root.mkdir(parents=True)
        with zipfile.ZipFile(root / "gzip.zip", "w") as archive:
            for name, part in zip(data.KNOWN["EMNIST-Digits"].files, relative, strict=True):
                archive.writestr(f"gzip/{name}.gz", gzip.compress(idx_file(part)))
            archive.writestr("gzip/emnist-letters-train-images-idx3-ubyte.gz", b"")
        assert download.stored_bytes(tmp_path) == (root / "gzip.zip").stat().st_size

    monkeypatch.setattr(torchvision.datasets.utils, "download_url", arrive)

    download.fetch(tmp_path, "EMNIST-Digits")

    assert sorted(path.name for path in (tmp_path / "EMNIST" / "raw").iterdir()) == sorted(
        data.KNOWN["EMNIST-Digits"].files
    )
    assert len(data.load(Settings(data_dir=tmp_path), "EMNIST-Digits").train) == len(relative[0])


def test_a_set_that_cannot_be_downloaded_is_one_sentence_with_those_that_can(tmp_path: Path) -> None:
    for look in (lambda: download.fetch(tmp_path, data.EMBEDDED), lambda: download.total_bytes("letters")):
        with pytest.raises(
            DigitLabError, match=r"cannot be downloaded; choose one of: MNIST, Fashion-MNIST, [^\n]*\.\Z"
        ):
            look()


def test_the_progress_of_a_download_is_the_compressed_bytes_stored_so_far(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = []

    def fetch(raw: Path) -> None:
        for name, size in ((FILES[0], 1_000), (FILES[1], 234)):
            (raw / f"{name}.gz").write_bytes(bytes(size))
            (raw / name).write_bytes(bytes(5 * size))
            seen.append(download.stored_bytes(tmp_path))
        raise OSError("disk full")

    fetching(monkeypatch, fetch)
    with pytest.raises(DigitLabError, match=ONE_SENTENCE):
        download.fetch(tmp_path)

    assert seen == [1_000, 1_234]
    assert seen[-1] < download.total_bytes(data.FULL)
    assert download.stored_bytes(tmp_path) == 0
