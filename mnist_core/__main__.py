"""The command line: the same verbs as the pages, without a browser."""

import json
import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from mnist_core import DigitLabError, config, settings

app = typer.Typer(
    help="Digit Lab without a browser.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON value on standard output.")]
RunReference = Annotated[str, typer.Argument(metavar="RUN", help="A run's number, or 'latest'.")]


def _print(as_json: bool, value: Any, text: str) -> None:
    print(json.dumps(value, allow_nan=False) if as_json else text)


@app.command()
def device(json_: Json = False) -> None:
    """Say which device PyTorch will use, and why."""
    from mnist_core.device import detect

    found = detect()
    _print(
        json_,
        found.as_dict(),
        f"{found.name}: {found.reason}; {found.threads} threads, PyTorch {found.torch_version} for {found.build}",
    )


@app.command()
def data(
    download: Annotated[bool, typer.Option("--download", help="Fetch the full MNIST first.")] = False,
    json_: Json = False,
) -> None:
    """Say which data set is in use, or fetch the full one."""
    from mnist_core import data as digits

    where = settings.load().data_dir
    if download:
        digits.download(where)
    found = digits.load(where)
    _print(
        json_,
        {
            "name": found.name,
            "train": len(found.train),
            "test": len(found.test),
            "checksum": found.checksum,
            "verified": found.verified,
            "source": found.source,
        },
        f"{found.name}: {len(found.train):,} training and {len(found.test):,} test images from {found.source}, "
        f"checksum {'verified' if found.verified else 'NOT verified'}",
    )


@app.command()
def train(
    preset: Annotated[str, typer.Option(help=f"The settings to start from: {', '.join(config.PRESETS)}.")] = "tutorial",
    hidden_sizes: Annotated[str | None, typer.Option(help="Units of the hidden layers, such as 256,64.")] = None,
    activation: Annotated[config.Activation | None, typer.Option(help="Activation of the hidden layers.")] = None,
    loss: Annotated[config.Loss | None, typer.Option(help="Loss; mse is squared error on one-hot labels.")] = None,
    optimiser: Annotated[config.Optimiser | None, typer.Option(help="SGD with momentum, or Adam.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Step size, 0.00001 to 10.")] = None,
    momentum: Annotated[float | None, typer.Option(help="Momentum of SGD, 0 to 0.99.")] = None,
    weight_decay: Annotated[float | None, typer.Option(help="Pull of the weights towards 0, 0 to 0.1.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images a step, 1 to 4096.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training images, 1 to 200.")] = None,
    validation_share: Annotated[float | None, typer.Option(help="Share held out for validation, 0 to 0.5.")] = None,
    train_size: Annotated[int | None, typer.Option(help="How many training images to use, from 10.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of weights, order and split.")] = None,
    name: Annotated[str, typer.Option(help="The run's name.")] = "",
    json_: Json = False,
) -> None:
    """Train a network; it is saved like any run and shows up in the app."""
    given = {
        "hidden_sizes": None if hidden_sizes is None else hidden_sizes.split(","),
        "activation": activation,
        "loss": loss,
        "optimiser": optimiser,
        "learning_rate": learning_rate,
        "momentum": momentum,
        "weight_decay": weight_decay,
        "batch_size": batch_size,
        "epochs": epochs,
        "validation_share": validation_share,
        "train_size": train_size,
        "seed": seed,
    }
    configuration = config.configure(preset, **{key: value for key, value in given.items() if value is not None})

    from mnist_core import data as digits
    from mnist_core import worker
    from mnist_core.store import Store

    where = settings.load()
    found, store = digits.load(where.data_dir), Store(where.runs_dir)
    digits.part_sizes(len(found.train), configuration.validation_share, configuration.train_size)
    run = store.create(configuration, found.name, name, state="running")
    with typer.progressbar(length=1, label=run.name, file=sys.stderr) as bar:

        def show(step: int, steps: int) -> None:
            bar.length = steps
            bar.update(step - bar.pos)

        worker.execute(store, where, run, show)
    run = store.get(run.id)
    if run.status == "failed":
        raise DigitLabError(run.error)
    _print(
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
        f"({run.images_per_second:,.0f} images/s), final loss {run.final_loss:.4f}",
    )


@app.command()
def evaluate(run: RunReference, json_: Json = False) -> None:
    """Open the test set for a run; how often is counted."""
    from mnist_core import data as digits
    from mnist_core import evaluation, models
    from mnist_core.store import Store

    where = settings.load()
    store = Store(where.runs_dir)
    found = store.find(run)
    model, configuration = models.load(store.model_path(found.id))
    report = evaluation.evaluate(model, configuration, found.data_set, digits.load(where.data_dir))
    store.opened_test_set(found.id, report.accuracy)
    _print(
        json_,
        {
            "run": found.id,
            "data_set": report.data_set,
            "n": report.n,
            "accuracy": report.accuracy,
            "interval": report.interval,
            "confusion": report.confusion.tolist(),
        },
        f"{found.name}: {report.accuracy:.1%} of {report.n:,} test images of {report.data_set} read correctly, "
        f"95 % interval {report.interval[0]:.1%} to {report.interval[1]:.1%}",
    )


@app.command()
def classify(
    files: Annotated[list[Path], typer.Argument(help="Image files, or strokes files that end in .json.")],
    run: Annotated[str, typer.Option(help="A run's number, or 'latest'.")] = "latest",
    json_: Json = False,
) -> None:
    """Read drawn digits with a trained network and with K nearest neighbours."""
    import numpy as np

    from mnist_core import data as digits
    from mnist_core import ink, knn, models
    from mnist_core.store import Store

    drawings = [drawing for file in files for drawing in ink.read_drawings(file)]
    where = settings.load()
    store = Store(where.runs_dir)
    model, configuration = models.load(store.model_path(store.find(run).id))
    # A blank drawing is read like any other and gets no answer afterwards.
    images = np.stack([np.zeros((28, 28), np.uint8) if image is None else image for _, image in drawings])
    probabilities = models.probabilities(model, configuration.loss, images)
    neighbours = knn.for_drawings(digits.load(where.data_dir).train).neighbours(images, knn.K_DRAWINGS)
    results = [
        {
            "digit": None if image is None else int(shares.argmax()),
            "probabilities": None if image is None else shares.tolist(),
            "knn": None if image is None else {"digit": int(answer), "votes": votes.tolist()},
        }
        | ({} if label is None else {"label": label})
        for (label, image), shares, answer, votes in zip(
            drawings, probabilities, neighbours.answers()[:, -1], neighbours.votes(), strict=True
        )
    ]
    _print(json_, results, "\n".join(_describe(result) for result in results))


def _describe(result: dict[str, Any]) -> str:
    if result["digit"] is None:
        return "blank: there is no ink to read"
    share = max(result["probabilities"])
    drawn = f", drawn as {result['label']}" if "label" in result else ""
    return f"network: {result['digit']} ({share:.0%}), KNN: {result['knn']['digit']}{drawn}"


@app.command()
def knn(
    rows: Annotated[int, typer.Option(help="Rows of blocks, 1 to 28.")] = 5,
    columns: Annotated[int, typer.Option(help="Columns of blocks, 1 to 28.")] = 4,
    threshold: Annotated[int, typer.Option(help="A pixel above it is ink, 0 to 255.")] = 0,
    k: Annotated[int, typer.Option("--k", help="Neighbours that vote.")] = 11,
    per_digit: Annotated[int | None, typer.Option(help="References a digit; default: all training images.")] = None,
    json_: Json = False,
) -> None:
    """Measure K nearest neighbours on the test set, for every k up to the one given."""
    import time

    from mnist_core import data as digits
    from mnist_core.knn import KNN

    found = digits.load(settings.load().data_dir)
    reference = found.train if per_digit is None else found.train.take(found.train.first_of_each(per_digit))
    started = time.perf_counter()
    judge = KNN(reference, rows=rows, columns=columns, threshold=threshold)
    answers = judge.neighbours(found.test.images, k).answers()
    seconds = time.perf_counter() - started
    accuracy = (answers == found.test.labels[:, None]).mean(axis=0).tolist()
    _print(
        json_,
        {
            "data_set": found.name,
            "n": len(found.test),
            "references": len(reference),
            "features": rows * columns,
            "accuracy_by_k": accuracy,
            "seconds": seconds,
        },
        "\n".join(f"k = {number}: {share:.1%}" for number, share in enumerate(accuracy, start=1))
        + f"\n{len(found.test):,} test images of {found.name} against {len(reference):,} references in {seconds:.1f} s",
    )


@app.command(hidden=True)
def worker() -> None:
    """Train queued runs until standard input is closed; the app starts this."""
    from mnist_core.store import Store
    from mnist_core.worker import serve

    where = settings.load()
    serve(Store(where.runs_dir), where)


def main() -> None:
    """Run the command line; an error that a person can put right is one sentence on standard error."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        app()
    except DigitLabError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
