"""The command that trains the same settings with several seeds and opens the test set for each."""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from mnist_core import DigitLabError, config
from mnist_core.cli.output import Json, app, open_store, print_result
from mnist_core.formatting import percent
from mnist_core.settings import Settings

if TYPE_CHECKING:
    from mnist_core.store import Run, Store


@app.command()
@app.command("spread", hidden=True)  # its former name
def seed_variance(
    preset: Annotated[str, typer.Option(help=f"The settings to repeat: {', '.join(config.PRESETS)}.")] = "tutorial",
    seeds: Annotated[int, typer.Option(help="How many seeds, from 0 on: 2 to 20.")] = 5,
    name: Annotated[str, typer.Option(help="A name for all these runs.")] = "",
    json_: Json = False,
) -> None:
    """Train the same settings with several seeds and open the test set for each: mean, deviation, interval."""
    from mnist_core import data
    from mnist_core.evaluation import repeats, test_set

    configuration = config.configure(preset)
    folders, store = open_store()
    data_set = data.load(folders)
    data.require_trainable(configuration, data_set.identity)
    plan = repeats.plan("seed variance", configuration, len(data_set.train), seeds)
    created = store.repeats.create("seed variance", plan, configuration, data_set.name, name, size=len(data_set.train))
    try:
        runs = _train(store, folders, store.repeats.runs(created.id), created.name)
    finally:  # where a run failed or the command was interrupted, no worker trains the others
        store.repeats.stop(created.id)
    reports = test_set.open_test_set_for_runs(store, runs, data_set)
    variance = repeats.SeedVariance(tuple(report.score.accuracy for report in reports))
    print_result(
        json_,
        {
            "repeats": created.id,
            "runs": [run.id for run in runs],
            "data_set": data_set.name,
            "n": len(data_set.test),
            "accuracies": list(variance.accuracies),
            "mean": variance.mean,
            "std": variance.std,
            "interval": variance.interval,
            "test_openings": [store.runs.get(run.id).test_openings for run in runs],
        },
        f"{created.name}: {len(runs)} seeds read {percent(variance.mean)} of {len(data_set.test):,} test images of "
        f"{data_set.name} correctly on average, standard deviation {100 * variance.std:.2f} points, 95 % interval of "
        f"the mean {' to '.join(map(percent, variance.interval))}; the test set was opened once for each",
    )


def _train(store: "Store", folders: Settings, runs: "list[Run]", label: str) -> "list[Run]":
    """Train runs one after another in this process, with one progress bar; return the finished runs."""
    with typer.progressbar(length=len(runs), label=label, file=sys.stderr) as bar:

        def show(index: int, step: int, steps: int) -> None:
            bar.length = len(runs) * steps
            bar.update(index * steps + step - bar.pos)

        return [_finish(store, folders, run.id, partial(show, index)) for index, run in enumerate(runs)]


def _finish(store: "Store", folders: Settings, run_id: int, show: Callable[[int, int], None]) -> "Run":
    """Train a queued run, or wait for it where a worker of the app has claimed it."""
    from mnist_core.jobs import worker
    from mnist_core.store import new_worker_id

    while (run := store.runs.get(run_id)).in_progress:
        if (claimed := store.workers.claim(new_worker_id(), run_id)) is not None:
            worker.execute(store, folders, claimed, show)
        else:
            time.sleep(0.2)
    if run.status != "finished":
        raise DigitLabError(run.error or f"{run.name} was {run.status}, so no variance can be told; start it again.")
    show(run.step, run.steps)
    return run
