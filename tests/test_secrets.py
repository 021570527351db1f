"""Passwords, tokens and cookies stay where they are: in no page, no answer, no log, no export and no command line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import update
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.server_util import AUTH_COOKIE_NAME
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.evaluation import test_set
from mnist_core.export import digits_archive, html_report, run_files
from mnist_core.store import Run, Store
from mnist_core.training import networks
from tests.browser.server import PROJECT, Server
from tests.logged_in import headers, login_cookie, xsrf_token
from tests.mnist_core.digit_files import stored
from tests.openid_provider import COOKIE_SECRET, SECRET, OpenIDProvider
from tests.postgresql import PASSWORD, PostgreSQL
from tests.processes import wait_until

RAY_TOKEN = "token-of-the-cluster"
CONFIG = TrainingConfig(hidden_sizes=(8,))
PAGES = ("", "data", "knn", "train", "sweep", "evaluate", "draw", "runs", "classroom")


@dataclass
class Seen:
    """All that can be seen of a server from outside, by what it is."""

    server: Server
    contents: dict[str, bytes] = field(default_factory=dict)

    def visit(self, page: str, query: str = "", cookie: str = "") -> str:
        """Have a page run to its end; all that the server sends for it."""
        token = xsrf_token(self.server.address)
        state = BackMsg()
        state.rerun_script.page_name, state.rerun_script.query_string = page, query
        sent = b""
        with connect(
            f"ws://{urlsplit(self.server.address).netloc}/_stcore/stream",
            additional_headers=headers(self.server.address, cookie, token),
            subprotocols=[Subprotocol("streamlit"), Subprotocol(token)],
            max_size=None,
        ) as socket:
            socket.send(state.SerializeToString())
            for content in socket:
                assert isinstance(content, bytes)
                sent += content
                if ForwardMsg.FromString(content).WhichOneof("type") == "script_finished":
                    break
        self.contents[f"page {page}?{query}, {len(self.contents)}"] = sent
        return sent.decode(errors="replace")

    def fetch(self, path: str, cookie: str = "") -> None:
        request = Request(self.server.address + path, headers={"Cookie": f"{AUTH_COOKIE_NAME}={cookie}"})
        try:
            with urlopen(request) as answer:
                content = answer.read() + bytes(answer.headers)
        except HTTPError as error:
            content = error.read() + bytes(error.headers)
        self.contents[path] = content

    def read_files_and_command_lines(self) -> None:
        """All files of the runs folder, the server's log among them, and the command lines of all processes."""
        files = [path for path in self.server.runs_dir.rglob("*") if path.is_file()]
        self.contents |= {str(path): path.read_bytes() for path in files}
        self.contents["processes"] = subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, check=True).stdout

    def telling(self, *secrets: str) -> list[str]:
        """What holds one of the secrets."""
        parts = [secret.encode() for secret in secrets]
        return [name for name, content in self.contents.items() if any(part in content for part in parts)]


@pytest.fixture
def provider() -> Iterator[OpenIDProvider]:
    with OpenIDProvider({"17": {"name": "One"}}) as provider:
        yield provider


def failing_runs(store: Store) -> list[Run]:
    """A run whose data set is not there, and one with settings that no version of the program has made."""
    gone = store.runs.create(CONFIG, "Fashion-MNIST", "Data gone")
    impossible = store.runs.create(CONFIG, EMBEDDED, "Impossible")
    with store.database.transaction() as session:
        session.execute(update(Run).where(Run.id == impossible.id).values(settings={"epochs": "many"}))
    return [gone, impossible]


def exports(store: Store, data_set: DataSet) -> dict[str, bytes | str]:
    run = store.runs.create(CONFIG, EMBEDDED, "Mine", "finished")
    networks.save_network(networks.build_network(CONFIG, data_set), CONFIG, store.files.network_path(run.id))
    classifier = test_set.load_classifier(store, run)
    return {
        "report": html_report.write_html(store, classifier, run.name, data_set, run, openings=0),
        "metrics": run_files.metrics_csv(store, run),
        "network": run_files.network_file(store, run),
        "ONNX": run_files.onnx_file(store, run),
        "script": run_files.training_script(run),
        "archive": digits_archive.strokes_json(stored(store)) + digits_archive.table_csv(store.digits.all()),
    }


def test_secrets_are_told_by_nothing_that_can_be_seen_of_a_server(
    postgresql: PostgreSQL,
    provider: OpenIDProvider,
    embedded: DataSet,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(provider.secrets)
    monkeypatch.setenv("RAY_AUTH_TOKEN", RAY_TOKEN)
    with postgresql.database("lab") as url:
        monkeypatch.setenv("MNIST_DATABASE_URL", url)
        server = Server(tmp_path / "runs", tmp_path / "data", secrets=secrets)
        store = Store(server.runs_dir, url)
        seen = Seen(server)
        cookie = login_cookie(seen.server.address, "17", "One")
        runs = failing_runs(store)

        assert "Log in" in seen.visit("train")  # nobody has
        for page in PAGES:
            assert "Log out" in seen.visit(page, cookie=cookie)
        for path in ("/oauth2callback?code=1&state=2", "/auth/login", "/_stcore/host-config", "/_stcore/health"):
            seen.fetch(path, cookie)
        for path in ("/.streamlit/secrets.toml", "/app/static/../.streamlit/secrets.toml", f"/app/static/{secrets}"):
            seen.fetch(path.replace("..", "%2e%2e"), cookie)
        wait_until(lambda: all(store.runs.get(run.id).status == "failed" for run in runs))
        for run in runs:
            seen.visit("runs", f"runs={run.id}", cookie)
        seen.contents |= {
            name: content if isinstance(content, bytes) else content.encode()
            for name, content in exports(store, embedded).items()
        }
        seen.read_files_and_command_lines()
    # The database is away.
    assert "There is no database" in seen.visit("runs", cookie=cookie)
    server.stop()
    seen.read_files_and_command_lines()

    assert b"Traceback" in seen.contents[str(server.runs_dir / "worker.log")]
    assert "Uncaught" in server.log.read_text() or "ValidationError" in server.log.read_text()
    assert seen.telling(PASSWORD, RAY_TOKEN, SECRET, COOKIE_SECRET, cookie) == []


def test_secrets_that_cannot_be_read_are_not_shown(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(f'[auth]\nclient_secret = "{SECRET}\ncookie_secret = "{COOKIE_SECRET}"\n')
    with Server(tmp_path / "runs", tmp_path / "data", secrets=secrets) as server:
        seen = Seen(server)
        assert "secrets.toml" in seen.visit("train")
    seen.read_files_and_command_lines()

    assert seen.telling(SECRET, COOKIE_SECRET) == []


def test_a_password_that_the_database_refuses_is_not_said_by_a_command(
    postgresql: PostgreSQL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("MNIST_DATABASE_URL", postgresql.url("lab").replace(PASSWORD, "guessed-word"))
    command = [sys.executable, "-m", "mnist_core", "evaluate", "1"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT, env=os.environ)

    assert (done.returncode, done.stdout) == (1, "")
    assert "does not accept the password" in done.stderr
    assert "guessed-word" not in done.stderr


def test_secrets_are_kept_out_of_the_repository() -> None:
    ignored = subprocess.run(["git", "check-ignore", ".streamlit/secrets.toml"], cwd=PROJECT, check=False)

    assert ignored.returncode == 0
