"""Runs commands of this package in processes of their own.

Processes, not threads: training in the server's process would fight the pages for the interpreter lock, could not be
killed and would keep its memory. Not `multiprocessing` either: its child would run the page again.
"""

import os
import subprocess
import sys
from pathlib import Path

from mnist_core import DigitLabError
from mnist_core.settings import Settings

_PROJECT = Path(__file__).parents[2]


def start_command(settings: Settings, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
    """Start a command with the same settings, which writes to the end of `log`.

    Its standard input closes when this process ends, however it ends. Raises `DigitLabError` where none can be started.
    """
    command = [sys.executable, "-m", "mnist_core", *arguments]
    # In the same working folder, so that the default folders are the same; Python finds the package all the same.
    path = os.pathsep.join([str(_PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = os.environ | settings.as_variables() | {"PYTHONPATH": path}
    try:
        with log.open("ab") as output:
            return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output, env=environment)
    except OSError as error:
        raise DigitLabError(
            f"No worker can be started ({error.strerror}); free some space or memory, then try again."
        ) from None


def last_line(log: Path) -> str:
    """The sentence with which a command that failed has ended its log; an empty text where there is none."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else ""
