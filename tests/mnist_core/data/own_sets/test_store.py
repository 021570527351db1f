"""A set that was damaged or deleted is one sentence, and so is one that runs still use."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mnist_core import DigitLabError, data, settings
from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet
from mnist_core.data.own_sets import store
from mnist_core.store import UNKNOWN_DATA_SET, Store
from tests.mnist_core.data.own_sets.made_sets import draft, npz

SENTENCE = r"\A[^\n]*\.\Z"


@pytest.fixture
def kept(embedded: DataSet) -> Path:
    """The file of a set with the name "../Mine"."""
    runs_dir = settings.load().runs_dir
    digits = embedded.train.take(np.arange(200))
    draft(runs_dir, a_npz=npz(x=digits.images, y=digits.labels)).keep("../Mine")
    (path,) = (runs_dir / "data_sets").iterdir()
    return path


def test_a_changed_byte_is_noticed(kept: Path) -> None:
    where = settings.load()
    data.load(where, "../Mine")
    content = bytearray(kept.read_bytes())
    content[5_000] ^= 1
    kept.write_bytes(content)

    with pytest.raises(DigitLabError, match=SENTENCE):
        data.load(where, "../Mine")


def test_a_part_of_a_file_is_noticed_and_keeps_no_other_set_from_being_listed(kept: Path) -> None:
    kept.write_bytes(kept.read_bytes()[:9_000])

    with pytest.raises(DigitLabError, match=SENTENCE):
        data.identify(settings.load(), "../Mine")
    assert store.identities(settings.load().runs_dir) == []


def test_a_damaged_set_is_told_and_can_be_removed(kept: Path) -> None:
    where = settings.load()
    assert store.damaged(where.runs_dir) == {}
    store.remove_damaged(where.runs_dir, kept)
    assert kept.exists()
    kept.write_bytes(kept.read_bytes()[:9_000])

    [(path, sentence)] = store.damaged(where.runs_dir).items()
    assert path == kept
    assert sentence.startswith(f"The data set in {kept} is damaged; ")

    store.remove_damaged(where.runs_dir, kept)
    assert not kept.exists()


def test_damage_that_only_reading_shows_is_remembered(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = settings.load()
    content = bytearray(kept.read_bytes())
    content[5_000] ^= 1
    kept.write_bytes(content)
    assert store.damaged(where.runs_dir) == {}  # its header is sound
    with pytest.raises(DigitLabError):
        data.load(where, "../Mine")

    monkeypatch.setattr(np.lib.format, "read_array", None)  # so that it is not read again

    assert list(store.damaged(where.runs_dir)) == [kept]
    assert store.identities(where.runs_dir) == []
    with pytest.raises(DigitLabError, match="is damaged; bring it in again under the same name"):
        data.load(where, "../Mine")


def test_whether_a_name_is_taken_is_found_out_without_loading_the_set(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs_dir = settings.load().runs_dir
    monkeypatch.setattr(np.lib.format, "read_array", None)
    with pytest.raises(DigitLabError, match=r"There is a data set \.\./MINE already"):
        store.checked_name(runs_dir, "../MINE")
    content = bytearray(kept.read_bytes())
    content[5_000] ^= 1
    kept.write_bytes(content)

    assert store.checked_name(runs_dir, "../MINE") == "../MINE"


@pytest.mark.parametrize(
    "damage", [lambda content: content[:9_000], lambda content: content.replace(b"\0" * 9, b"1" * 9, 1)]
)
def test_a_damaged_set_is_brought_in_again_and_its_file_stays(
    kept: Path, embedded: DataSet, damage: Callable[[bytes], bytes]
) -> None:
    where = settings.load()
    damaged = [damage(kept.read_bytes()), b"damaged once more"]
    for content in damaged:
        kept.write_bytes(content)
        with pytest.raises(DigitLabError, match="is damaged; bring it in again under the same name"):
            data.load(where, "../Mine")
        again = draft(where.runs_dir, a_npz=npz(x=embedded.train.images[:100], y=embedded.train.labels[:100]))
        again.keep("../mine")

    loaded = data.load(where, "../Mine")
    assert len(loaded.train) + len(loaded.test) == 100
    beside = sorted(path for path in kept.parent.iterdir() if path != kept)
    assert [path.name.removeprefix(kept.name) for path in beside] == [".before", ".before-2"]
    assert [path.read_bytes() for path in beside] == damaged


def test_a_set_that_was_deleted_is_one_sentence(kept: Path) -> None:
    where = settings.load()
    data.load(where, "../Mine")
    store.remove(where.runs_dir, "../mine", 0)

    assert not kept.exists()
    with pytest.raises(DigitLabError, match=r"\AThere is no data set '../Mine'; [^\n]*\.\Z"):
        data.load(where, "../Mine")
    with pytest.raises(DigitLabError, match=SENTENCE):
        store.remove(where.runs_dir, "../Mine", 0)


@pytest.mark.usefixtures("kept")
def test_a_set_that_a_run_uses_is_not_deleted() -> None:
    where = settings.load()
    runs = Store(where.runs_dir).runs
    runs.create(TrainingConfig(), "../Mine", size=171)

    with pytest.raises(DigitLabError, match=r"A run uses the data set \.\./Mine; "):
        store.remove(where.runs_dir, "../Mine", runs.count_on("../Mine"))
    assert data.load(where, "../Mine").train


def test_no_set_is_called_what_runs_on_an_unknown_set_have_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(DigitLabError, match=r"cannot be called unknown"):
        store.checked_name(tmp_path, UNKNOWN_DATA_SET)
