"""Sets of one's own on the command line: brought in, listed as JSON, used by their name, and deleted."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mnist_core import settings
from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet
from mnist_core.store import Store
from tests.mnist_core.data.own_sets.made_sets import idx, png, zipped

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Say:
    """Run a command in a folder of its own: exit status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    return say


@pytest.fixture
def pictures(embedded: DataSet, tmp_path: Path) -> None:
    """A zip of forty digits and a text."""
    digits = embedded.train
    files = {f"{digits.labels[n]}/{n}.png": png(digits.images[n]) for n in range(40)}
    (tmp_path / "mine.zip").write_bytes(zipped(files | {"3/text.png": b"this is no picture"}))


@pytest.mark.usefixtures("pictures")
def test_a_set_is_brought_in_and_what_was_not_taken_is_listed(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output, errors = say("add-set", "mine.zip", "--name", "Mine", "--json")

    answer = json.loads(output)
    assert code == 0
    assert (answer["name"], answer["train"], answer["test"], answer["of_digits"]) == ("Mine", 30, 10, True)
    assert answer["not_taken"] == [{"file": "3/text.png", "reason": "cannot be read as an image"}]
    assert "Not taken: 3/text.png cannot be read as an image." in errors

    monkeypatch.setenv("MNIST_DATA_SET", "mine")
    assert json.loads(say("data", "--json")[1])["train"] == 30


def test_two_idx_files_may_be_of_other_things_than_digits(say: Say, embedded: DataSet, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(idx(embedded.train.images[:40]))
    (tmp_path / "y").write_bytes(idx(embedded.train.labels[:40], packed=True))

    code, output, _ = say("add-set", "x", "y", "--name", "Things", "--not-digits", "--json")

    assert (code, json.loads(output)["of_digits"]) == (0, False)


@pytest.mark.usefixtures("pictures")
def test_the_answer_names_the_classes_and_says_whether_they_are_digits(
    say: Say, embedded: DataSet, tmp_path: Path
) -> None:
    assert "The classes are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9: digits" in say("add-set", "mine.zip", "--name", "Mine")[1]

    files = {f"{'bag' if n % 2 else 'shoe'}/{n}.png": png(embedded.train.images[n]) for n in range(8)}
    (tmp_path / "things.zip").write_bytes(zipped(files))
    assert "The classes are bag, shoe: no digits." in say("add-set", "things.zip", "--name", "Things")[1]


@pytest.mark.usefixtures("pictures")
def test_a_set_is_deleted_unless_a_run_uses_it(say: Say, store: Store) -> None:
    say("add-set", "mine.zip", "--name", "Mine")
    run = store.runs.create(TrainingConfig(), "Mine", size=30)

    code, _, errors = say("remove-set", "MINE")
    assert (code, errors) == (1, "A run uses the data set Mine; delete what uses it first, then the set.\n")
    store.runs.delete(run.id)
    assert say("remove-set", "MINE") == (0, "The data set Mine is deleted.\n", "")
    code, _, errors = say("remove-set", "MINE")
    assert (code, errors) == (1, "There is no data set 'MINE' of your own; check the name.\n")


@pytest.mark.usefixtures("pictures")
def test_a_damaged_set_is_deleted_unless_a_run_uses_it(say: Say, store: Store) -> None:
    say("add-set", "mine.zip", "--name", "Mine")
    [path] = (settings.load().runs_dir / "data_sets").iterdir()
    path.write_bytes(path.read_bytes()[:9_000])
    run = store.runs.create(TrainingConfig(), "Mine", size=30)

    code, _, errors = say("remove-set", "mine")
    assert (code, errors) == (1, "A run uses the data set Mine; delete what uses it first, then the set.\n")
    store.runs.delete(run.id)
    assert say("remove-set", "mine") == (0, "The data set mine is deleted.\n", "")
    assert not path.exists()


@pytest.mark.parametrize("arguments", [("missing.zip", "--name", "A"), ("missing.zip", "--name", "MNIST")])
def test_what_cannot_be_brought_in_is_one_sentence(say: Say, arguments: tuple[str, ...]) -> None:
    code, output, errors = say("add-set", *arguments)

    assert (code, output) == (1, "")
    assert len(errors.splitlines()) == 1
