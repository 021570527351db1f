"""The commands that run workers, and that place them on a Ray cluster."""

import signal
import threading
from typing import Annotated

import typer

from mnist_core import settings
from mnist_core.cli.output import app, open_store


@app.command()
def worker(
    stay: Annotated[
        bool, typer.Option("--stay", help="Train until SIGTERM or Ctrl+C, whether the app runs or not.")
    ] = False,
    token: Annotated[
        str, typer.Option(help="The end of the worker's id, by which the app knows it.", hidden=True)
    ] = "",
) -> None:
    """Train queued runs, one after another; the app starts such workers by itself.

    With --stay it serves the app from any host that has its database and its runs folder: as a SLURM job, in a
    Kubernetes pod or as a systemd service. It takes only runs whose data set is there. When it is to end, its run goes
    back into the queue with a checkpoint.
    """
    leave = threading.Event() if stay else None
    if leave is not None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: leave.set())

    from mnist_core.jobs.worker import serve
    from mnist_core.store import new_worker_id

    folders, store = open_store()
    serve(store, folders, new_worker_id(token=token), leave)


@app.command()
def ray_workers(
    stop: Annotated[bool, typer.Option("--stop", help="End all workers; their runs wait in the queue.")] = False,
) -> None:
    """Place as many workers as MNIST_MAX_WORKERS on the Ray cluster; the app does so where MNIST_EXECUTOR is ray."""
    from mnist_core.jobs.ray_cluster import place_workers

    folders = settings.load()
    place_workers(folders, 0 if stop else folders.max_workers)
