"""The app's processes, seen from outside as a person would."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import select, update

from mnist_core.jobs.local_workers import LocalWorkers
from mnist_core.store import Store
from mnist_core.store.schema import Run, Worker


def wait_until(condition: Callable[[], bool]) -> None:
    """Poll until the condition holds; how long a test may take is pytest's to say, as a busy machine takes long."""
    while not condition():
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether a process still runs; one that has ended but was not collected yet does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return state.strip()[:1] not in ("", "Z")


def worker_pids(store: Store) -> set[int]:
    """The process ids of the workers that have announced themselves."""
    with store.database.transaction() as session:
        return {pid_of(worker) for worker in session.scalars(select(Worker.id))}


def pid_of(worker_id: str) -> int:
    return int(worker_id.split(":")[1])


def lose_worker(store: Store, run_id: int) -> None:
    """Let a run look as if its worker had not reported for long, which a person would wait five seconds for."""
    with store.database.transaction() as session:
        session.execute(update(Run).where(Run.id == run_id).values(reported=0))


def started_workers() -> set[int]:
    """The live workers that this process has started, announced or not."""
    return _children("-m mnist_core worker")


@contextmanager
def killed_at_the_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Kill whatever executors of this process have started since, and replace nothing of it."""
    before = set(threading.enumerate())
    yield
    monkeypatch.setattr(LocalWorkers, "keep", lambda _: None)
    while children := _children("-m mnist_core"):
        for pid in children:
            with suppress(ProcessLookupError):  # it has ended meanwhile
                os.kill(pid, signal.SIGKILL)
    for watch in set(threading.enumerate()) - before:
        watch.join(60)


def _children(command: str) -> set[int]:
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True)
    processes = (line.split(maxsplit=3) for line in listing.stdout.splitlines())
    return {
        int(pid)
        for pid, parent, state, arguments in processes
        if int(parent) == os.getpid() and not state.startswith("Z") and command in arguments
    }
