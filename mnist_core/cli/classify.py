"""Commands that read digits with networks and with K nearest neighbours."""

import time
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from mnist_core import drawing
from mnist_core.cli.output import Json, app, open_store, print_result
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
    from mnist_core import data
    from mnist_core.evaluation import rejection_thresholds
    from mnist_core.knn.classifier import knn_for_drawings
    from mnist_core.training import networks

    drawings = [
        (label, drawing.normalise(drawn), unreadable_reason(drawn))
        for file in files
        for label, drawn in drawing.read_drawings(file)
    ]
    folders, store = open_store()
    model, config = networks.load_network(store.files.network_path(store.runs.find(run).id))
    # A blank drawing is read like any other, but its prediction is not printed.
    images = np.stack([np.zeros((28, 28), np.uint8) if image is None else image for _, image, _ in drawings])
    probabilities = networks.probabilities(model, config.loss, images)
    train = data.load(folders.data_dir).train
    threshold = rejection_thresholds.probability_threshold(model, config.loss, train.images)
    neighbours = knn_for_drawings(train).find_neighbours(images, DRAWING_K)
    results = []
    for (label, image, unreadable), shares, digit, votes in zip(
        drawings, probabilities, neighbours.predictions()[:, -1], neighbours.votes(), strict=True
    ):
        knn_result = {"digit": int(digit), "votes": votes.tolist()}
        result = {"digit": int(shares.argmax()), "probabilities": shares.tolist(), "knn": knn_result}
        if image is None:
            result = dict.fromkeys(result)
        result["hint"] = unreadable or (None if shares.max() >= threshold else "unlike any digit")
        results.append(result if label is None else result | {"label": label})
    print_result(json_, results, "\n".join(map(_describe, results)))


def _describe(result: dict[str, Any]) -> str:
    if result["digit"] is None:
        return "blank: there is no ink to read"
    probability = max(result["probabilities"])
    label = f", drawn as {result['label']}" if "label" in result else ""
    rejection = f" I don't know: {result['hint']}." if result["hint"] else ""
    return f"network: {result['digit']} ({probability:.0%}), KNN: {result['knn']['digit']}{label}{rejection}"


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
    from mnist_core import data
    from mnist_core.evaluation import test_set
    from mnist_core.knn.classifier import KNN

    folders, store = open_store()
    data_set = data.load(folders.data_dir)
    reference = data_set.train.first(per_digit)
    started = time.perf_counter()
    model = KNN(reference, Grid(rows, columns, threshold, measure))
    predicted = model.find_neighbours(data_set.test.images, k).predictions()
    seconds = time.perf_counter() - started
    openings_key = test_set.knn_openings_key(data_set)
    store.results.count_opening(openings_key)
    openings = store.results.openings(openings_key)
    accuracy = (predicted == data_set.test.labels[:, None]).mean(axis=0).tolist()
    print_result(
        json_,
        {
            "data_set": data_set.name,
            "n": len(data_set.test),
            "references": len(reference),
            "features": rows * columns,
            "accuracy_by_k": accuracy,
            "seconds": seconds,
            "test_openings": openings,
        },
        "\n".join(f"k = {number}: {percent(share)}" for number, share in enumerate(accuracy, start=1))
        + f"\n{len(data_set.test):,} test images of {data_set.name} against {len(reference):,} references "
        f"in {seconds:.1f} s; the test set {times_opened(openings)} for neighbours",
    )
