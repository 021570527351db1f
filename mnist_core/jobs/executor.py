"""Starts worker processes beside the server, and the download of a data set.

Processes, not threads: training in the server's process would fight the pages for the interpreter lock, could not be
killed and would keep its memory. Not `multiprocessing` either: its child would run the page again.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import identify, require_trainable
from mnist_core.evaluation import repeats
from mnist_core.settings import Settings
from mnist_core.store import OwnDigit, Repeats, RepeatsKind, Run, Store, Sweep
from mnist_core.sweep import SweepPlan
from mnist_core.sweep.next_run import advance
from mnist_core.sweep.plan import prepare

SHORT_LIFE_SECONDS = 1.0  # a worker needs longer than this to import PyTorch and take a run
_PROJECT = Path(__file__).parents[2]
_log = logging.getLogger(__name__)


class Executor:
    """Local workers, which end with this process: one is kept warm, more up to `max_workers` start while runs wait."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._lock = threading.Lock()
        self._workers: list[subprocess.Popen[bytes]] = []
        self._download: subprocess.Popen[bytes] | None = None
        self.downloading = ""
        """Name of the data set whose download was started last."""
        self._download_log = settings.runs_dir / "download.log"

    def submit(self, config: TrainingConfig, name: str = "", data_set: str | None = None) -> Run:
        """Queue a run on the data set of that name (None: the settings'), and make sure that a worker is there for it.

        Raises `DigitLabError`, and queues nothing, where the data set is too small or cannot be used.
        """
        identity = identify(self._settings, data_set)
        require_trainable(config, identity)
        run = self._store.runs.create(config, identity.name, name, size=identity.train_count)
        self.keep_workers()
        return run

    def submit_repeats(
        self, kind: RepeatsKind, config: TrainingConfig, seeds: int, name: str = "", data_set: str | None = None
    ) -> Repeats:
        """Queue runs that repeat the same settings, as `submit` does one.

        Raises `DigitLabError` also where the number of seeds is out of range.
        """
        identity = identify(self._settings, data_set)
        runs = repeats.plan(kind, config, identity.train_count, seeds)
        for run_config, _ in runs:
            require_trainable(run_config, identity)
        queued = self._store.repeats.create(kind, runs, config, identity.name, name, size=identity.train_count)
        self.keep_workers()
        return queued

    def submit_sweep(
        self, plan: SweepPlan, config: TrainingConfig, name: str = "", data_set: str | None = None
    ) -> Sweep:
        """Start a search over settings like `config`, as `submit` starts a run; its first runs are queued at once.

        Where the settings hold out nothing for validation, a tenth is held out.
        """
        identity = identify(self._settings, data_set)
        base = prepare(plan, config, identity)
        sweep = self._store.sweeps.create(
            plan.model_dump(mode="json"), base, identity.name, name, size=identity.train_count
        )
        advance(self._store)
        self.keep_workers()
        return sweep

    def submit_fine_tuning(self, parent: Run, config: TrainingConfig, digits: Sequence[OwnDigit], name: str) -> Run:
        """Queue a run that trains another run's network further, on own digits too, as `submit` does.

        Raises `DigitLabError` also where the other run's data set is not of digits.
        """
        if not identify(self._settings, parent.data_set).of_digits:
            raise DigitLabError(
                f"{parent.name} was trained on {parent.data_set}, which is not of digits; choose a network that reads "
                "digits."
            )
        run = self._store.fine_tuning.create(parent, config, digits, name)
        self.keep_workers()
        return run

    def keep_workers(self) -> None:
        """Replace dead workers, and start as many as the runs in progress can use."""
        with self._lock:
            for worker in [worker for worker in self._workers if worker.poll() is not None]:
                self._workers.remove(worker)
                self._store.workers.mark_dead(worker.pid, _reason(worker.returncode))
            most = self._settings.max_workers
            wanted = 1 if most == 1 else min(max(len(self._store.runs.in_progress()), 1), most)
            while len(self._workers) < wanted:
                worker = self._start_process("worker", log=self._settings.runs_dir / "worker.log")
                self._workers.append(worker)
                threading.Thread(target=self._replace_when_dead, args=(worker,), daemon=True).start()

    def _replace_when_dead(self, worker: subprocess.Popen[bytes]) -> None:
        """Wait until a worker is dead, then store that its run is interrupted and start another worker."""
        started = time.monotonic()
        worker.wait()
        if time.monotonic() - started < SHORT_LIFE_SECONDS:
            # The next one would end for the same reason; the next page run, seconds later, tries again.
            return
        try:
            self.keep_workers()
        except DigitLabError as error:
            _log.error("%s", error)

    def is_downloading(self) -> bool:
        return self._download is not None and self._download.poll() is None

    def download_error(self) -> str | None:
        """Why the last download failed, one sentence; None where it succeeded or there was none."""
        if self._download is None or not self._download.poll():
            return None
        lines = self._download_log.read_text().strip().splitlines()
        return lines[-1] if lines else "The download ended without a message; try again."

    def download(self, name: str) -> None:
        """Start downloading the data set of that name, unless a download is running."""
        with self._lock:
            if not self.is_downloading():
                self._download_log.unlink(missing_ok=True)
                self._download = self._start_process("data", "--download", name, log=self._download_log)
                self.downloading = name

    def _start_process(self, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
        """Run a command of this package; a worker ends when its standard input closes, that is, with this process."""
        command = [sys.executable, "-m", "mnist_core", *arguments]
        # In the same working folder, so that the default folders are the same; Python finds the package all the same.
        path = os.pathsep.join([str(_PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = os.environ | self._settings.as_variables() | {"PYTHONPATH": path}
        try:
            with log.open("ab") as output:
                return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output, env=environment)
        except OSError as error:
            raise DigitLabError(
                f"No worker can be started ({error.strerror}); free some space or memory, then try again."
            ) from None


def _reason(code: int) -> str:
    """Why a worker ended, from the return code of its process."""
    if code == -signal.SIGKILL:
        return "The worker was killed, perhaps because the memory was full."
    how = f"by signal {-code}" if code < 0 else f"with code {code}"
    return f"The worker ended unexpectedly, {how}; the end of worker.log in the runs folder may say why."
