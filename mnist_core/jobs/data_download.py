"""Downloads of data sets in a process of their own, one at a time."""

import subprocess
import threading

from mnist_core.jobs.processes import last_line, start_command
from mnist_core.settings import Settings


class DataDownload:
    """The download that was started last."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._lock = settings, threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._log = settings.runs_dir / "download.log"
        self.name = ""
        """Name of the data set."""

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def error(self) -> str | None:
        """Why it failed, one sentence; None where it did not, or there was none."""
        if self._process is None or not self._process.poll():
            return None
        return last_line(self._log) or "The download ended without a message; try again."

    def start(self, name: str) -> None:
        """Start downloading the data set of that name, unless a download is running."""
        with self._lock:
            if not self.is_running():
                self._log.unlink(missing_ok=True)
                self._process = start_command(self._settings, "data", "--download", name, log=self._log)
                self.name = name
