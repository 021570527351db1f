"""Verbs that let networks and neighbours read digits.

What takes long to import is imported by the verb that needs it.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from mnist_core import settings
from mnist_core.cli.output import Json, app, print_answer
from mnist_core.drawing.rejection import unreadable_reason
from mnist_core.formatting import percent, times_opened
from mnist_core.knn.blocks import Grid, Measure
from mnist_core.knn.votes import DRAWING_K


@app.command()
def classify(
    files: Annotated[list[Path], typer.Argument(help="Image files, or strokes files that end in .json.")],
    run: Annotated[str, typer.Option(help="A run's number, or 'latest'.")] = "latest",
    json_: Json = False,
) -> None:
    """Read drawn digits with a trained network and with K nearest neighbours."""
    import numpy as np

    from mnist_core import data as digits
    from mnist_core import drawing
    from mnist_core.evaluation import rejection_thresholds
    from mnist_core.knn.classifier import knn_for_drawings
    from mnist_core.store import Store
    from mnist_core.training import networks

    drawings = [
        (label, drawing.normalise(drawn), unreadable_reason(drawn))
        for file in files
        for label, drawn in drawing.read_drawings(file)
    ]
    where = settings.load()
    store = Store(where.runs_dir)
    model, configuration = networks.load_network(store.files.network(store.runs.find(run).id))
    # A blank drawing is read like any other and gets no answer afterwards.
    images = np.stack([np.zeros((28, 28), np.uint8) if image is None else image for _, image, _ in drawings])
    probabilities = networks.probabilities(model, configuration.loss, images)
    train = digits.load(where.data_dir).train
    least = rejection_thresholds.probability_threshold(model, configuration.loss, train.images)
    neighbours = knn_for_drawings(train).neighbours(images, DRAWING_K)
    results = [
        {
            "digit": None if image is None else int(shares.argmax()),
            "probabilities": None if image is None else shares.tolist(),
            "hint": shape or (None if shares.max() >= least else "unlike any digit"),
            "knn": None if image is None else {"digit": int(answer), "votes": votes.tolist()},
        }
        | ({} if label is None else {"label": label})
        for (label, image, shape), shares, answer, votes in zip(
            drawings, probabilities, neighbours.predictions()[:, -1], neighbours.votes(), strict=True
        )
    ]
    print_answer(json_, results, "\n".join(_describe(result) for result in results))


def _describe(result: dict[str, Any]) -> str:
    if result["digit"] is None:
        return "blank: there is no ink to read"
    share = max(result["probabilities"])
    drawn = f", drawn as {result['label']}" if "label" in result else ""
    doubtful = f" I don't know: {result['hint']}." if result["hint"] else ""
    return f"network: {result['digit']} ({share:.0%}), KNN: {result['knn']['digit']}{drawn}{doubtful}"


@app.command()
def knn(
    rows: Annotated[int, typer.Option(help="Rows of blocks, 1 to 28.")] = 5,
    columns: Annotated[int, typer.Option(help="Columns of blocks, 1 to 28.")] = 4,
    threshold: Annotated[int, typer.Option(help="A pixel above it is drawing, 0 to 255.")] = 0,
    measure: Annotated[
        Measure, typer.Option(help="Count the drawing pixels of a block, or sum their intensities.")
    ] = "count",
    k: Annotated[int, typer.Option("--k", help="Neighbours that vote.")] = 11,
    per_digit: Annotated[int | None, typer.Option(help="References a digit; default: all training images.")] = None,
    json_: Json = False,
) -> None:
    """Open the test set for K nearest neighbours, for every k up to the one given; how often is counted."""
    import time

    from mnist_core import data as digits
    from mnist_core.evaluation import test_set
    from mnist_core.knn.classifier import KNN
    from mnist_core.store import Store

    where = settings.load()
    store, found = Store(where.runs_dir), digits.load(where.data_dir)
    reference = found.train.first(per_digit)
    started = time.perf_counter()
    judge = KNN(reference, Grid(rows, columns, threshold, measure))
    answers = judge.neighbours(found.test.images, k).predictions()
    seconds = time.perf_counter() - started
    store.results.count_opening(test_set.knn_openings_key(found))
    openings = store.results.openings(test_set.knn_openings_key(found))
    accuracy = (answers == found.test.labels[:, None]).mean(axis=0).tolist()
    print_answer(
        json_,
        {
            "data_set": found.name,
            "n": len(found.test),
            "references": len(reference),
            "features": rows * columns,
            "accuracy_by_k": accuracy,
            "seconds": seconds,
            "test_openings": openings,
        },
        "\n".join(f"k = {number}: {percent(share)}" for number, share in enumerate(accuracy, start=1))
        + f"\n{len(found.test):,} test images of {found.name} against {len(reference):,} references "
        f"in {seconds:.1f} s; the test set {times_opened(openings)} for neighbours",
    )
