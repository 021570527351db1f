"""The app in a process of its own and the Chromium that looks at it, for browser tests, benchmarks and screenshots."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

from mnist_core.data import EMBEDDED

PROJECT = Path(__file__).parents[2]
START_SECONDS = 120
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Server:
    """The app, served from a free port of this machine with its own folders; `base_path` goes before all its paths.

    It answers at `address` once it is made; as a context manager it is stopped at the end. One has to log in where
    there is a file `secrets` with a login provider; a developer's own secrets are not read.
    """

    def __init__(
        self,
        runs_dir: Path,
        data_dir: Path,
        script: str = "streamlit_app.py",
        *,
        secrets: Path | None = None,
        base_path: str = "",
        port: int | None = None,
    ) -> None:
        port = free_port() if port is None else port
        self.runs_dir, self.data_dir = runs_dir, data_dir
        self.address = f"http://127.0.0.1:{port}/{base_path}".rstrip("/")
        self.log = runs_dir / "server.log"
        """What the server prints."""
        runs_dir.mkdir(parents=True, exist_ok=True)
        output = self.log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", script],
            cwd=PROJECT,
            env=os.environ
            | {"MNIST_RUNS_DIR": str(runs_dir), "MNIST_DATA_DIR": str(data_dir)}
            | ({} if data_dir.is_dir() else {"MNIST_DATA_SET": EMBEDDED})
            | {"PYTHONPATH": str(PROJECT)}
            | {"STREAMLIT_SECRETS_FILES": str(secrets or runs_dir / "no-secrets.toml")}
            | {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_ADDRESS": "127.0.0.1"}
            | {"STREAMLIT_SERVER_BASE_URL_PATH": base_path},
            stdout=output,
            stderr=output,
        )
        output.close()
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.kill()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=START_SECONDS)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urlopen(f"{self.address}/_stcore/health", timeout=10):
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("the app did not start")


def chromium_program() -> str | None:
    """The system's Chromium, in the variant that can have no window where that is installed."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """The system's Chromium without a window, with more flags than those that all use."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=[*CHROMIUM_FLAGS, *flags])
        yield browser
        browser.close()
