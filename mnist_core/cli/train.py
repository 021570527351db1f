"""Verbs that train.

What takes long to import is imported by the verb that needs it.
"""

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mnist_core import DigitLabError, config, settings
from mnist_core.cli.output import Json, RunReference, app, print_answer

if TYPE_CHECKING:
    from mnist_core.store import Run, Store


@app.command()
def train(
    preset: Annotated[str, typer.Option(help=f"The settings to start from: {', '.join(config.PRESETS)}.")] = "tutorial",
    network: Annotated[config.Network | None, typer.Option(help="Linear layers only, or convolutions first.")] = None,
    hidden_sizes: Annotated[
        str | None, typer.Option(help="Units of the hidden layers, such as 256,64; '' for none.")
    ] = None,
    activation: Annotated[config.Activation | None, typer.Option(help="Activation of the hidden layers.")] = None,
    loss: Annotated[config.Loss | None, typer.Option(help="Loss; mse is squared error on one-hot labels.")] = None,
    optimiser: Annotated[config.Optimiser | None, typer.Option(help="SGD with momentum, or Adam.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Step size, 0.00001 to 10.")] = None,
    schedule: Annotated[config.Schedule | None, typer.Option(help="Course of the learning rate.")] = None,
    momentum: Annotated[float | None, typer.Option(help="Momentum of SGD, 0 to 0.99.")] = None,
    weight_decay: Annotated[float | None, typer.Option(help="Pull of the weights towards 0, 0 to 0.1.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images a step, 1 to 4096.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training images, 1 to 200.")] = None,
    rotation: Annotated[float | None, typer.Option(help="Turn training images by up to so many degrees.")] = None,
    scale: Annotated[float | None, typer.Option(help="Stretch them by up to this share, 0 to 0.5.")] = None,
    shear: Annotated[float | None, typer.Option(help="Slant them by up to so many degrees.")] = None,
    shift: Annotated[float | None, typer.Option(help="Move them by up to so many pixels.")] = None,
    distortion: Annotated[float | None, typer.Option(help="Move each part by up to so many pixels, 0 to 4.")] = None,
    thickness: Annotated[float | None, typer.Option(help="Thicken or thin their strokes, 0 to 1.")] = None,
    drawn: Annotated[int | None, typer.Option(help="Digits drawn by the program, mixed in.")] = None,
    non_digits: Annotated[
        int | None, typer.Option(help="Letters and scribbles drawn by the program, mixed in.")
    ] = None,
    validation_share: Annotated[float | None, typer.Option(help="Share held out for validation, 0 to 0.5.")] = None,
    train_size: Annotated[int | None, typer.Option(help="How many training images to use, from 10.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of weights, order and split.")] = None,
    name: Annotated[str, typer.Option(help="The run's name.")] = "",
    json_: Json = False,
) -> None:
    """Train a network; it is saved like any run and shows up in the app."""
    given = {
        "network": network,
        "hidden_sizes": None if hidden_sizes is None else [size for size in hidden_sizes.split(",") if size.strip()],
        "activation": activation,
        "loss": loss,
        "optimiser": optimiser,
        "learning_rate": learning_rate,
        "schedule": schedule,
        "momentum": momentum,
        "weight_decay": weight_decay,
        "batch_size": batch_size,
        "epochs": epochs,
        "rotation": rotation,
        "scale": scale,
        "shear": shear,
        "shift": shift,
        "distortion": distortion,
        "thickness": thickness,
        "drawn": drawn,
        "non_digits": non_digits,
        "validation_share": validation_share,
        "train_size": train_size,
        "seed": seed,
    }
    configuration = config.configure(preset, **{key: value for key, value in given.items() if value is not None})

    from mnist_core import data as digits
    from mnist_core.store import Store

    where = settings.load()
    data_set, store = digits.identify(where.data_dir), Store(where.runs_dir)
    digits.split_sizes(data_set.train_count, configuration.validation_share, configuration.train_size)
    _follow(store, where, store.runs.create(configuration, data_set.name, name, state="running"), json_)


@app.command()
def resume(run: RunReference, json_: Json = False) -> None:
    """Go on with a run that was stopped or interrupted, or failed, from its last checkpoint."""
    from mnist_core.store import Store

    where = settings.load()
    store = Store(where.runs_dir)
    found = store.runs.find(run)
    if not found.can_resume:
        raise DigitLabError(f"{found.name} is {found.status}, so there is nothing to resume.")
    store.control.resume(found.id)
    claimed = store.workers.claim(os.getpid(), found.id)
    if claimed is None:
        raise DigitLabError(f"{found.name} has been taken by a worker of the app, which trains it now.")
    _follow(store, where, claimed, json_)


def _follow(store: "Store", where: settings.Settings, run: "Run", json_: bool) -> None:
    """Train a run in this process and say how it ended."""
    from mnist_core.jobs import worker

    with typer.progressbar(length=1, label=run.name, file=sys.stderr) as bar:

        def show(step: int, steps: int) -> None:
            bar.length = steps
            bar.update(step - bar.pos)

        worker.execute(store, where, run, show)
    run = store.runs.get(run.id)
    if run.status == "failed":
        raise DigitLabError(run.error)
    print_answer(
        json_,
        {
            "run": run.id,
            "status": run.status,
            "data_set": run.data_set,
            "epochs": run.epoch,
            "steps": run.step,
            "final_loss": run.final_loss,
            "seconds": run.seconds,
            "images_per_second": run.images_per_second,
        },
        f"{run.name} {run.status} on {run.data_set}: {run.step:,} steps in {run.seconds:.1f} s "
        f"({run.images_per_second:,.0f} images/s), final loss "
        + ("none" if run.final_loss is None else f"{run.final_loss:.4f}"),
    )


@app.command()
def script(run: RunReference) -> None:
    """Print a stand-alone PyTorch script that trains the same network."""
    from mnist_core.export import run_files
    from mnist_core.store import Store

    store = Store(settings.load().runs_dir)
    print(run_files.training_script(store.runs.find(run)), end="")


@app.command(hidden=True)
def worker() -> None:
    """Train queued runs until standard input is closed; the app starts this."""
    from mnist_core.jobs.worker import serve
    from mnist_core.store import Store

    where = settings.load()
    serve(Store(where.runs_dir), where)
