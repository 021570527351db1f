"""The command that searches for good settings."""

import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mnist_core import DigitLabError, config
from mnist_core.cli.output import Json, app, open_store, print_result
from mnist_core.formatting import percent

if TYPE_CHECKING:
    from mnist_core.jobs.executor import Executor
    from mnist_core.store import Store, Sweep
    from mnist_core.sweep.results import Confirmed

_POLL_SECONDS = 0.5


@app.command()
def sweep(
    base: Annotated[
        str, typer.Argument(help=f"What to start from: {', '.join(config.PRESETS)}, a run's number, or 'latest'.")
    ] = "tutorial",
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUES",
            help="What to vary, given once for each: 'learning_rate=0.001..0.1 log', batch_size=32,64.",
        ),
    ] = None,
    method: Annotated[str, typer.Option(help="grid, random or tpe.")] = "tpe",
    runs: Annotated[int | None, typer.Option(help="Settings to try, at most.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Epochs to train, all runs together.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Minutes to train, all runs together.")] = None,
    early_stopping: Annotated[str, typer.Option(help="none, median or halving.")] = "halving",
    at_once: Annotated[int, typer.Option(help="Runs at the same time, at most MNIST_MAX_WORKERS of them.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of what is tried.")] = 0,
    name: Annotated[str, typer.Option(help="The sweep's name.")] = "",
    resume: Annotated[int | None, typer.Option(metavar="SWEEP", help="Go on with the sweep of that number.")] = None,
    json_: Json = False,
) -> None:
    """Search for good settings on validation images; the best three are trained anew with fresh seeds."""
    from mnist_core.jobs.executor import Executor
    from mnist_core.sweep import make_plan, parse_space

    folders, store = open_store()
    executor = Executor(store, folders)
    if resume is not None:
        store.sweeps.resume(resume)
        started = store.sweeps.get(resume)
    else:
        budget = {"runs": runs, "epochs": epochs, "minutes": minutes}
        how = {"method": method, "early_stopping": early_stopping, "at_once": at_once, "seed": seed}
        plan = make_plan(space=parse_space(set_ or []), **budget, **how)
        run = None if base in config.PRESETS else store.runs.find(base)
        configuration = config.configure(base) if run is None else run.config
        started = executor.submit_sweep(plan, configuration, name, None if run is None else run.data_set)
    _wait(store, executor, started)
    _print(store, started.id, json_)


def _wait(store: "Store", executor: "Executor", sweep: "Sweep") -> None:
    """Keep workers until a sweep has finished; `DigitLabError` where it cannot."""
    from mnist_core.store.workers import MOST_LOSSES
    from mnist_core.sweep import results, stored_plan

    plan = stored_plan(sweep)
    with typer.progressbar(length=1_000, label=sweep.name, file=sys.stderr) as bar:
        while (sweep := store.sweeps.get(sweep.id)).status in ("running", "paused"):
            executor.keep_workers()
            runs = store.sweeps.runs(sweep.id)
            if executor.trouble and not any(run.status in ("running", "paused") for run in runs):
                raise DigitLabError(f"{executor.trouble} `sweep --resume {sweep.id}` goes on with {sweep.name}.")
            # Another worker takes a run that has lost its own, unless that happens again and again.
            lost = [run for run in runs if run.status == "interrupted" and run.losses > MOST_LOSSES]
            if lost and not any(run.in_progress for run in runs):
                raise DigitLabError(
                    f"{lost[0].name} has lost its worker; `sweep --resume {sweep.id}` goes on with it. {lost[0].error}"
                )
            bar.update(int(1_000 * results.progress(sweep, plan, runs).share) - bar.pos)
            time.sleep(_POLL_SECONDS)
        bar.update(1_000 - bar.pos)
    if sweep.status == "stopped":
        raise DigitLabError(f"{sweep.name} was stopped; `sweep --resume {sweep.id}` goes on with it.")


def _print(store: "Store", sweep_id: int, json_: bool) -> None:
    """Say what came out of a sweep that has finished."""
    from mnist_core.sweep import results, stored_plan

    sweep, runs = store.sweeps.get(sweep_id), store.sweeps.runs(sweep_id)
    plan, trials, found = stored_plan(sweep), results.tried(runs), results.confirmed(runs)
    if not found:
        raise DigitLabError(f"No run of {sweep.name} was trained to its end, so there are no best settings.")
    names = list(plan.space)
    text = (
        f"{sweep.name} tried {len(trials)} settings on {sweep.data_set} in {results.epochs_spent(runs)} epochs; "
        "accuracies are on validation images, and that which won is high partly by luck\n"
    )
    value = {
        "sweep": sweep.id,
        "data_set": sweep.data_set,
        "runs": [run.id for run in trials],
        "epochs": results.epochs_spent(runs),
        "best": [_as_json(one, names) for one in found],
        "importance": results.importance(plan, runs),
    }
    print_result(json_, value, text + "\n".join(_as_text(one, names) for one in found))


def _as_json(one: "Confirmed", names: list[str]) -> dict[str, Any]:
    settings, variance = one.run.config.model_dump(mode="json"), one.variance
    return {
        "run": one.run.id,
        "settings": {name: settings[name] for name in names},
        "validation_accuracy": one.run.validation_accuracy,
        "fresh_seeds": list(one.accuracies),
        "mean": None if variance is None else variance.mean,
        "interval": None if variance is None else variance.interval,
    }


def _as_text(one: "Confirmed", names: list[str]) -> str:
    settings = ", ".join(f"{config.HYPERPARAMETERS[name].title.lower()} {one.run.config.texts[name]}" for name in names)
    fresh = ""
    if one.variance is not None:
        low, high = map(percent, one.variance.interval)
        fresh = f"; with fresh seeds {percent(one.variance.mean)} on average, 95 % interval {low} to {high}"
    return f"run {one.run.id}: {settings}: {percent(one.run.validation_accuracy)}{fresh}"
