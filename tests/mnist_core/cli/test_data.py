"""`data` says which set is in use, lists those that are there, and fetches others."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mnist_core import data
from mnist_core.cli import app
from mnist_core.data import download


def output(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["data", *arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_the_data_set_in_use_is_said_with_its_source() -> None:
    assert output().startswith("MNIST-5000: 4,000 training and 1,000 test images from the 5,000 MNIST training images")
    assert json.loads(output("--json"))["verified"] is True


def test_the_sets_that_are_there_are_listed_and_those_that_can_be_fetched() -> None:
    text, listed = output("--list"), json.loads(output("--list", "--json"))

    assert "The embedded 5,000 MNIST digits: 4,000 for training, 1,000 for test.\n" in text
    assert f"Not there: {', '.join(data.DOWNLOADABLE)}.\n" in text
    assert listed == {"available": [data.EMBEDDED], "downloadable": list(data.DOWNLOADABLE)}


def test_the_set_that_is_named_is_fetched(monkeypatch: pytest.MonkeyPatch, embedded: data.DataSet) -> None:
    fetched: list[tuple[Path, str]] = []
    monkeypatch.setattr(download, "fetch", lambda folder, name: fetched.append((folder, name)))
    monkeypatch.setattr(data, "load", lambda _, name: embedded if name == "kmnist" else None)

    output("--download", "kmnist")

    [(_, name)] = fetched
    assert name == "kmnist"
