"""A real server and a real Chromium; every test has its own server, with its own runs and the embedded digits."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

PROJECT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 30_000

expect.set_options(timeout=WAIT_MS)


def start_server(
    runs_dir: Path, data_dir: Path, script: str = "streamlit_app.py"
) -> tuple[subprocess.Popen[bytes], str]:
    """Start the app on a free port of this machine and wait until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", script],
        cwd=PROJECT,
        env=os.environ
        | {"MNIST_RUNS_DIR": str(runs_dir), "MNIST_DATA_DIR": str(data_dir)}
        | {"PYTHONPATH": str(PROJECT)}
        | {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_ADDRESS": "127.0.0.1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + WAIT_MS / 1000
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{address}/_stcore/health", timeout=1):
                return server, address
        except OSError:
            continue
    server.kill()
    raise TimeoutError("the app did not start")


@pytest.fixture
def servers() -> list[subprocess.Popen[bytes]]:
    """The servers that a test has started, in order."""
    return []


@pytest.fixture
def serve(tmp_path: Path, servers: list[subprocess.Popen[bytes]]) -> Iterator[Callable[[], str]]:
    """Start a server and return its address; all servers of a test share one runs folder and end with the test."""

    def start() -> str:
        server, address = start_server(tmp_path / "runs", tmp_path / "data")
        servers.append(server)
        return address

    yield start
    for server in servers:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)


@pytest.fixture
def app(serve: Callable[[], str]) -> str:
    """The address of a server of this test's own."""
    return serve()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of its own; a page that shows an error of the program fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    for tab in context.pages:
        expect(tab.get_by_test_id("stException")).to_have_count(0)
    context.close()
