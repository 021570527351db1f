"""The commands on a PostgreSQL database that the environment names."""

import json
from collections.abc import Callable

import pytest

from mnist_core import settings
from mnist_core.store import Store
from tests.postgresql import PASSWORD

Say = Callable[..., tuple[int, str, str]]


@pytest.mark.usefixtures("postgresql_url")
def test_a_run_that_was_trained_is_in_that_database_and_its_files_in_the_runs_folder(say: Say) -> None:
    code, output, _ = say("train", "--epochs", "1", "--train-size", "200", "--name", "mine", "--json")

    assert (code, json.loads(output)["status"]) == (0, "finished")
    store = Store.open(settings.load())
    (run,) = store.runs.all()
    assert (run.name, len(store.metrics.curve(run.id, "loss")[0])) == ("mine", run.steps)
    assert store.files.network_path(run.id).is_file()
    assert not (store.folder / "runs.db").exists()


def test_no_server_there_is_one_sentence_without_the_password(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_DATABASE_URL", f"postgresql://lab:{PASSWORD}@127.0.0.1:1/lab")

    code, output, errors = say("train", "--json")

    assert (code, output, errors.count("\n"), PASSWORD in errors) == (1, "", 1, False)
    assert "No PostgreSQL server can be reached on 127.0.0.1:1" in errors
