"""Commands that read digits with networks and with K nearest neighbours."""

import sys
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from mnist_core import DigitLabError, drawing
from mnist_core.cli.output import Json, app, open_store, print_result, print_text
from mnist_core.drawing import image_file
from mnist_core.formatting import percent, times_opened
from mnist_core.knn.blocks import Grid, Measure
from mnist_core.knn.votes import DRAWING_K

if TYPE_CHECKING:
    from mnist_core.evaluation.classifier import NetworkClassifier

_UNLIKE = "unlike any digit"


@app.command()
def classify(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Image files, strokes files that end in .json, or folders, of which all such files are read, "
            "by name, without those of folders inside."
        ),
    ],
    run: Annotated[str, typer.Option(help="A run's number, or 'latest'.")] = "latest",
    json_: Json = False,
) -> None:
    """Read drawn digits with a trained network and with K nearest neighbours.

    A file that cannot be read does not keep the others from being read; the exit code is then 1.
    """
    reader = _Reader(run)
    entries = [entry for path in files for file in _files(path) for entry in _read(file, reader)]
    errors = [entry["error"] for entry in entries if "error" in entry]
    read = [entry for entry in entries if "error" not in entry]
    if read:
        _classify(read, reader)
    for error in errors:
        print_text(error, sys.stderr)
    if json_ or read:
        print_result(json_, entries, "\n".join([*map(_describe, read), *_data_sets(read)]))
    if errors:
        raise typer.Exit(1)


class _Reader:
    """The network of a run, loaded when it is needed: where no file can be read, none is missed."""

    def __init__(self, run: str) -> None:
        self.run = run
        self.error: DigitLabError | None = None
        """Why it could not be loaded, which is no fault of the file that needed it."""

    @cached_property
    def network(self) -> "NetworkClassifier":
        from mnist_core.data import describe
        from mnist_core.evaluation import test_set

        try:
            _, store = open_store()
            run = store.runs.find(self.run)
            data_set = describe(run.data_set, store.folder)
            if data_set is not None and not data_set.of_digits:
                raise DigitLabError(
                    f"{run.name} was trained on {run.data_set}, which is not of digits; give a run that reads digits."
                )
            return test_set.load_classifier(store, run)
        except DigitLabError as error:
            self.error = error
            raise

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self.network.probabilities(images)

    def confidence(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.asarray(self.probabilities(images).max(axis=1))


def _files(path: Path) -> list[Path]:
    """The image and strokes files of a folder, or the file itself, also where reading it will say what is wrong."""
    suffixes = {".json", *(f".{suffix}" for suffix in image_file.SUFFIXES)}
    try:
        if not path.is_dir():
            return [path]
        files = [file for file in path.iterdir() if file.suffix.lower() in suffixes and not file.name.startswith(".")]
        return sorted(file for file in files if not file.is_dir()) or [path]
    except OSError:
        return [path]


def _read(file: Path, reader: _Reader) -> list[dict[str, Any]]:
    """An entry for each drawing in a file, with its `image` (None where it is blank), or one with an `error`."""
    try:
        if file.is_dir():
            raise DigitLabError(f"The folder {file} holds no image or strokes file that can be read.")
        drawings = list(drawing.read_drawings(file, reader.confidence))
    except DigitLabError as error:
        if error is reader.error:
            raise
        return [{"file": str(file), "error": str(error)}]
    except OSError as error:
        return [{"file": str(file), "error": f"{file} cannot be read: {error.strerror}."}]
    return [
        {"file": str(file), "place": place, "hint": drawn.unreadable, "image": drawing.normalise(drawn.ink)}
        | ({} if drawn.label is None else {"label": drawn.label})
        for place, drawn in enumerate(drawings, start=1)
    ]


def _classify(entries: list[dict[str, Any]], reader: _Reader) -> None:
    """Put the answers of a network and of K nearest neighbours in the place of each entry's image."""
    from mnist_core import data
    from mnist_core.evaluation import rejection_thresholds
    from mnist_core.knn.classifier import knn_for_drawings

    network = reader.network
    folders, _ = open_store()
    data_set = data.load(folders, data.identify_digits(folders).name)
    train = data_set.train
    knn = knn_for_drawings(train)
    drawn = [entry.pop("image") for entry in entries]
    # A blank drawing is read like any other, but its prediction is not printed.
    images = np.stack([np.zeros((28, 28), np.uint8) if image is None else image for image in drawn])
    probabilities = reader.probabilities(images)
    neighbours = knn.find_neighbours(images, knn.at_most(DRAWING_K))
    most = rejection_thresholds.perplexity_threshold(network.model, network.config.loss, train.images, network.classes)
    sure = rejection_thresholds.network_is_sure(probabilities, most)
    knn_sure = rejection_thresholds.knn_is_sure(neighbours, rejection_thresholds.distance_threshold(knn))
    digits, votes = neighbours.predictions()[:, -1], neighbours.votes()
    for n, entry in enumerate(entries):
        if drawn[n] is None:
            entry |= {"digit": None, "probabilities": None, "hint": "blank", "knn": None}
            continue
        unreadable = entry["hint"]
        knn_answer = {"data_set": data_set.name, "digit": int(digits[n]), "votes": votes[n].tolist()}
        knn_answer["hint"] = unreadable or (None if knn_sure[n] else _UNLIKE)
        entry |= {
            "data_set": network.trained_on,
            "digit": int(probabilities[n].argmax()),
            "probabilities": probabilities[n].tolist(),
            "hint": unreadable or (None if sure[n] else _UNLIKE),
            "knn": knn_answer,
        }


def _describe(entry: dict[str, Any]) -> str:
    where = f"{entry['file']}, digit {entry['place']}: "
    if entry["digit"] is None:
        return f"{where}blank, there is no ink to read"
    network, knn = (
        f"I don't know ({answer['hint']}; {guess})" if answer["hint"] else guess
        for answer, guess in (
            (entry, f"{entry['digit']}, {max(entry['probabilities']):.0%}"),
            (entry["knn"], str(entry["knn"]["digit"])),
        )
    )
    label = f"; drawn as {entry['label']}" if "label" in entry else ""
    return f"{where}network: {network}; KNN: {knn}{label}"


def _data_sets(entries: list[dict[str, Any]]) -> list[str]:
    """Which data set each model answered from, in a line after the answers; none where all drawings are blank."""
    sets = {(entry["data_set"], entry["knn"]["data_set"]) for entry in entries if entry["knn"]}
    return [f"Data sets: {trained_on} for the network, {own} for KNN" for trained_on, own in sets]


@app.command()
def knn(
    rows: Annotated[int, typer.Option(help="Rows of blocks, 1 to 28.")] = 5,
    columns: Annotated[int, typer.Option(help="Columns of blocks, 1 to 28.")] = 4,
    threshold: Annotated[int, typer.Option(help="A pixel above it is drawing, 0 to 255.")] = 0,
    measure: Annotated[
        Measure, typer.Option(help="Count the drawing pixels of a block, or sum their intensities.")
    ] = "count",
    k: Annotated[int, typer.Option("--k", help="Neighbours that vote.")] = 11,
    per_digit: Annotated[
        int | None, typer.Option(help="References of each class; default: all training images.")
    ] = None,
    json_: Json = False,
) -> None:
    """Open the test set for K nearest neighbours, for every k up to the one given; how often is counted."""
    from mnist_core import data
    from mnist_core.evaluation import test_set
    from mnist_core.knn.classifier import KNN

    folders, store = open_store()
    data_set = data.load(folders)
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
