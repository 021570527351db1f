"""A real Ray cluster of one node, on 127.0.0.1 alone."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TOKEN = "a token for nothing but tests"
# Ray would otherwise take the address of the network's interface in place of 127.0.0.1.
ENVIRONMENT = {"RAY_AUTH_TOKEN": TOKEN, "RAY_AUTH_MODE": "token", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
OPTIONS = (
    *("--head", "--block", "--node-ip-address", "127.0.0.1", "--num-cpus", "2", "--object-store-memory", "80000000"),
    *("--include-dashboard", "false", "--include-log-monitor", "false", "--disable-usage-stats"),
)


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
        return True
    return False


@contextmanager
def ray_head() -> Iterator[str]:
    """The address of a head of two CPUs, which ends at the end with all that runs on it.

    Who uses it needs the variables of `ENVIRONMENT`.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Not in pytest's folders, whose names are too long for the paths of Ray's sockets.
    folder = Path(tempfile.mkdtemp(prefix="ray-"))
    program = Path(sys.executable).with_name("ray")
    command = [str(program), "start", *OPTIONS, "--port", str(port), "--temp-dir", str(folder)]
    with (folder / "head.log").open("wb") as log:
        environment = os.environ | ENVIRONMENT
        head = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder, start_new_session=True)
    try:
        while not _answers(port):
            if head.poll() is not None:
                raise RuntimeError((folder / "head.log").read_text())
            time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        head.send_signal(signal.SIGTERM)  # which ends all that it has started
        with suppress(subprocess.TimeoutExpired):
            head.wait(5)  # with workers on it, it may take half a minute
        with suppress(ProcessLookupError):
            os.killpg(head.pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)
