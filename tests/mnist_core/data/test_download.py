"""A download puts all of MNIST in place, or leaves the data folder as it was."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torchvision.datasets

from mnist_core import DigitLabError, data
from mnist_core.data import download

FILES = [
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
]
ONE_SENTENCE = r"\AMNIST could not be downloaded; [^\n]*\.\Z"


def fetching(monkeypatch: pytest.MonkeyPatch, fetch: Callable[[Path], None]) -> None:
    """Let torchvision fill the raw folder it is given with `fetch` instead of from the internet."""

    def mnist(root: str, train: bool, download: bool) -> None:
        assert download
        raw = data.raw_folder(Path(root))
        raw.mkdir(parents=True)
        fetch(raw)

    monkeypatch.setattr(torchvision.datasets, "MNIST", mnist)


def connection_lost(raw: Path) -> None:
    (raw / f"{FILES[2]}.gz").write_bytes(bytes(1_000))
    raise RuntimeError("Error downloading train-images-idx3-ubyte.gz:\n<urlopen error timed out>")


def test_a_failed_download_is_one_sentence_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fetching(monkeypatch, connection_lost)

    with pytest.raises(DigitLabError, match=ONE_SENTENCE):
        download.fetch(tmp_path / "data")

    assert list(tmp_path.rglob("*")) in ([], [tmp_path / "data"])
    assert data.identify(tmp_path / "data").name == data.EMBEDDED


def test_a_failed_download_leaves_what_was_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = data.raw_folder(tmp_path) / FILES[0]
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    before = sorted(tmp_path.rglob("*"))
    fetching(monkeypatch, connection_lost)

    with pytest.raises(DigitLabError, match=ONE_SENTENCE):
        download.fetch(tmp_path)

    assert sorted(tmp_path.rglob("*")) == before
    assert old.read_bytes() == b"old"


def test_a_download_that_lacks_a_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fetching(monkeypatch, lambda raw: (raw / FILES[0]).touch())

    with pytest.raises(DigitLabError, match=r"\A[^\n]*\.\Z"):
        download.fetch(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_download_with_other_content_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fetching(monkeypatch, lambda raw: [(raw / name).write_bytes(b"a page that asks to log in") for name in FILES])

    with pytest.raises(DigitLabError, match=r"\A[^\n]*\.\Z") as refused:
        download.fetch(tmp_path)

    assert list(tmp_path.iterdir()) == []
    assert ".download-" not in str(refused.value), "it sends people to a folder that is gone"


def test_a_data_folder_that_cannot_be_made_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fetching(monkeypatch, connection_lost)
    (tmp_path / "file").touch()

    with pytest.raises(DigitLabError, match=ONE_SENTENCE):
        download.fetch(tmp_path / "file" / "data")


@pytest.mark.full_mnist
def test_a_good_download_puts_the_four_files_in_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, full_mnist_dir: Path
) -> None:
    fetching(monkeypatch, lambda raw: copy_all(full_mnist_dir, raw))

    download.fetch(tmp_path / "new" / "data")

    raw = data.raw_folder(tmp_path / "new" / "data")
    assert sorted(file.name for file in raw.iterdir()) == FILES
    assert [path.name for path in (tmp_path / "new" / "data").iterdir()] == ["MNIST"]
    assert data.load(tmp_path / "new" / "data").verified


@pytest.mark.full_mnist
def test_a_good_download_replaces_a_damaged_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, full_mnist_dir: Path
) -> None:
    damaged = data.raw_folder(tmp_path)
    damaged.mkdir(parents=True)
    (damaged / FILES[0]).write_bytes(b"half")
    fetching(monkeypatch, lambda raw: copy_all(full_mnist_dir, raw))

    download.fetch(tmp_path)

    assert data.load(tmp_path).verified


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
    assert download.stored_bytes(tmp_path) == 0


def copy_all(source: Path, raw: Path) -> None:
    for name in FILES:
        shutil.copy(data.raw_folder(source) / name, raw)
