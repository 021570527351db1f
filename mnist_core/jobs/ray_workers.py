"""Workers on a Ray cluster, as the server sees them."""

import math
import subprocess
import threading
import time

from mnist_core.jobs.processes import last_line, start_command
from mnist_core.settings import Settings
from mnist_core.store import Store

RETRY_SECONDS = 15.0  # between two attempts to place workers


class RayWorkers:
    """Workers that outlive this process: it has them placed when it starts, and again where some are missing.

    Ray itself starts workers again that die; all are missing where the cluster was started anew. A process of its own
    places them, because Ray ends the process whose cluster fails, and takes memory and seconds to be imported.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._log = settings.runs_dir / "ray.log"
        self._lock = threading.Lock()
        self._placing: subprocess.Popen[bytes] | None = None
        self._placed = -math.inf  # when that was tried last
        self.trouble = ""
        """Why the last attempt to place the workers failed, one sentence."""

    def keep(self) -> None:
        """Have workers placed on the cluster where fewer are alive than wanted; returns at once."""
        with self._lock:
            if self._placing is not None and (code := self._placing.poll()) is not None:
                silent = "The workers could not be placed on the Ray cluster; see ray.log in the runs folder."
                self.trouble = "" if code == 0 else last_line(self._log) or silent
                self._placing = None
            if self._store.workers.count() >= self._settings.max_workers:
                self.trouble = ""
            elif self._placing is None and time.monotonic() - self._placed > RETRY_SECONDS:
                self._placed = time.monotonic()
                self._log.unlink(missing_ok=True)
                self._placing = start_command(self._settings, "ray-workers", log=self._log)
