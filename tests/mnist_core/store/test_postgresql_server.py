"""A PostgreSQL server that cannot be used is one sentence without the password, and nothing is lost."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.settings import Settings
from mnist_core.store import Store
from tests.postgresql import PASSWORD, PostgreSQL


def refused(runs_dir: Path, url: str) -> str:
    """The sentence that says why there is no store at that URL."""
    with pytest.raises(DigitLabError, match=r"\A[^\n]+\.\Z") as error:
        Store(runs_dir, url)
    assert PASSWORD not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda server: server.url("missing"), "There is no database missing on 127.0.0.1:"),
        (lambda server: server.url("lab").replace(PASSWORD, "guess"), "does not accept the password of lab; correct "),
        (lambda server: server.url("lab").replace("lab:", "nobody:"), "does not accept the password of nobody; "),
        (lambda server: server.url("lab").replace(str(server.port), "1"), "can be reached on 127.0.0.1:1 (Connection"),
    ],
    ids=["no such database", "wrong password", "no such user", "no server"],
)
def test_what_is_wrong_is_said_in_one_sentence(
    wrong: Callable[[PostgreSQL], str], sentence: str, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    assert sentence in refused(tmp_path, wrong(postgresql))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "url",
    [
        *("nonsense", "sqlite:///runs.db", f"mysql://lab:{PASSWORD}@127.0.0.1/lab", "postgresql://127.0.0.1"),
        f"postgresql://lab:{PASSWORD}@127.0.0.1:port/lab",
        f"postgresql://lab:open@{PASSWORD}@127.0.0.1/lab",  # whose host would be what is behind the first @
    ],
)
def test_what_is_no_url_of_a_postgresql_database_is_one_sentence(url: str, tmp_path: Path) -> None:
    assert "should look like postgresql://" in refused(tmp_path, url)


def test_without_psycopg_a_sentence_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    assert "requirements-cluster.txt" in refused(tmp_path, f"postgresql://lab:{PASSWORD}@127.0.0.1/lab")


def test_the_password_is_not_among_the_settings_that_are_shown() -> None:
    settings = Settings(database_url=f"postgresql://lab:{PASSWORD}@127.0.0.1/lab")

    assert PASSWORD not in repr(settings) + str(settings)
    assert settings.as_variables()["MNIST_DATABASE_URL"] == settings.database_url


def test_connections_that_the_server_has_closed_are_replaced_unseen(postgresql_url: str, tmp_path: Path) -> None:
    store, other = Store(tmp_path, postgresql_url), Store(tmp_path, postgresql_url)
    store.runs.create(TrainingConfig(), EMBEDDED, "kept")

    # Of this database only: tests in another process have theirs.
    own = "datname = current_database() AND pid <> pg_backend_pid()"
    with other.database.transaction() as session:
        session.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {own}"))

    assert [run.name for run in store.runs.all()] == ["kept"]


def test_a_database_of_a_newer_version_is_one_sentence_and_stays_as_it_is(
    postgresql: PostgreSQL, tmp_path: Path
) -> None:
    with postgresql.database("lab") as url:
        store = Store(tmp_path, url)
        with store.database.transaction() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

        assert "newer version of Digit Lab; update Digit Lab or set MNIST_DATABASE_URL to" in refused(tmp_path, url)

        assert store.runs.all() == []
