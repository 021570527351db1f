"""The commands train, resume and script."""

import inspect
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mnist_core import DigitLabError, config
from mnist_core.cli.output import Json, RunReference, app, open_store, print_result
from mnist_core.settings import Settings

if TYPE_CHECKING:
    from mnist_core.store import Run, Store

_PRINTED = ("status", "data_set", "final_loss", "seconds", "images_per_second")


def _with_hyperparameters(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, which takes any `changes`, an option for each hyperparameter: None where it is not given.

    The options stand in its signature, where typer looks for them.
    """
    options = {}
    for name, field in config.HYPERPARAMETERS.items():
        value = str if isinstance(field.default, tuple) else field.type_
        options[name] = Annotated[value | None, typer.Option(help=field.option_help)]
        if field.former_name:
            options[field.former_name] = Annotated[value | None, typer.Option(hidden=True)]
    signature = inspect.signature(command)
    preset, *others, _ = signature.parameters.values()
    added = [preset.replace(name=name, default=None, annotation=option) for name, option in options.items()]
    command.__signature__ = signature.replace(parameters=[preset, *added, *others])  # type: ignore[attr-defined]
    command.__annotations__ |= options
    return command


@app.command()
@_with_hyperparameters
def train(
    *,
    preset: Annotated[str, typer.Option(help=f"The settings to start from: {', '.join(config.PRESETS)}.")] = "tutorial",
    name: Annotated[str, typer.Option(help="The run's name.")] = "",
    json_: Json = False,
    **changes: Any,
) -> None:
    """Train a network; it is saved like any run and shows up in the app."""
    if changes["hidden_sizes"] is not None:
        changes["hidden_sizes"] = [size for size in changes["hidden_sizes"].split(",") if size.strip()]
    configuration = config.configure(preset, **{key: value for key, value in changes.items() if value is not None})

    from mnist_core import data

    folders, store = open_store()
    data_set = data.identify(folders)
    # Before there is a run.
    data.require_trainable(configuration, data_set)
    _train(
        store,
        folders,
        store.runs.create(configuration, data_set.name, name, "running", size=data_set.train_count),
        json_,
    )


@app.command()
def resume(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="A run's number, or 'latest' for the last that can be resumed.")
    ],
    json_: Json = False,
) -> None:
    """Go on with a run that was stopped or interrupted, or failed, from its last checkpoint."""
    from mnist_core.store import new_worker_id

    folders, store = open_store()
    stored = store.runs.find_resumable(run)
    store.control.resume(stored.id)
    claimed = store.workers.claim(new_worker_id(), stored.id)
    if claimed is None:
        raise DigitLabError(f"{stored.name} has been taken by a worker of the app, which trains it now.")
    _train(store, folders, claimed, json_)


def _train(store: "Store", folders: Settings, run: "Run", json_: bool) -> None:
    """Train a run in this process and say how it ended."""
    from mnist_core.jobs import worker

    with typer.progressbar(length=1, label=run.name, file=sys.stderr) as bar:

        def show(step: int, steps: int) -> None:
            bar.length = steps
            bar.update(step - bar.pos)

        worker.execute(store, folders, run, show)
    run = store.runs.get(run.id)
    if run.status == "failed":
        raise DigitLabError(run.error)
    print_result(
        json_,
        {"run": run.id, "epochs": run.epoch, "steps": run.step} | {name: getattr(run, name) for name in _PRINTED},
        f"{run.name} {run.status} on {run.data_set}: {run.step:,} steps in {run.seconds:.1f} s "
        f"({run.images_per_second:,.0f} images/s), final loss "
        f"{'none' if run.final_loss is None else f'{run.final_loss:.4f}'}",
    )


@app.command()
def script(run: RunReference) -> None:
    """Print a stand-alone PyTorch script that trains the same network."""
    from mnist_core.export import run_files

    _, store = open_store()
    print(run_files.training_script(store.runs.find(run)), end="")
