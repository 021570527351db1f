"""Verbs that open the test set.

What takes long to import is imported by the verb that needs it.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mnist_core import DigitLabError, settings
from mnist_core.cli.output import Json, RunReference, app, print_answer
from mnist_core.evaluation.calibration import calibration_error
from mnist_core.evaluation.comparison import compare_predictions
from mnist_core.evaluation.score import per_class_scores
from mnist_core.formatting import percent, times_opened

if TYPE_CHECKING:
    from mnist_core.data import DataSet
    from mnist_core.evaluation.report import Report
    from mnist_core.store import Run, Store


@app.command()
def evaluate(
    run: RunReference,
    robustness: Annotated[
        bool, typer.Option("--robustness", help="Also read the test images shifted, turned, blurred, ...")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Also write a report with charts, one HTML file that stands alone.")
    ] = None,
    json_: Json = False,
) -> None:
    """Open the test set for a run; how often is counted."""
    from mnist_core.evaluation import test_set

    if html is not None:
        _require_place(html)
    store, data_set = _lab()
    [(found, report)] = _opened(store, data_set, run)
    fit = test_set.training_fit(store, test_set.load_classifier(store, found), data_set)
    score, per_class = report.score, per_class_scores(report.test.predicted, report.test.labels)
    value: dict[str, Any] = {
        "run": found.id,
        "data_set": report.data_set,
        "n": score.n,
        "accuracy": score.accuracy,
        "interval": score.interval,
        "confusion": report.test.confusion.tolist(),
        "train_accuracy": None if fit.training is None else fit.training.accuracy,
        "validation_accuracy": None if fit.validation is None else fit.validation.accuracy,
        "per_class": [
            {
                "digit": digit,
                "precision": float(per_class.precision[digit]),
                "recall": float(per_class.recall[digit]),
                "f1": float(per_class.f1[digit]),
                "images": int(per_class.support[digit]),
            }
            for digit in range(10)
        ],
        "calibration_error": calibration_error(report.test),
        "test_openings": found.test_openings,
    }
    if robustness:
        value["robustness"] = _robustness(store, data_set, found)
    lines = [_line(way, measured) for way, measured in value.get("robustness", {}).items()]
    print_answer(
        json_,
        value,
        f"{found.name}: {percent(score.accuracy)} of {score.n:,} test images of {report.data_set} read correctly, "
        f"95 % interval {percent(score.interval[0])} to {percent(score.interval[1])}; "
        f"the test set {times_opened(found.test_openings)} for this run" + "".join(lines),
    )
    if html is not None:  # last, so that what was opened and counted is said also where this fails
        _write_html(store, data_set, found, html)


@app.command("compare")
def compare_runs(
    first: RunReference,
    second: Annotated[str, typer.Argument(metavar="RUN", help="Another run's number, or 'latest'.")],
    json_: Json = False,
) -> None:
    """Open the test set for two runs, and say whether one is better or only luckier."""

    (one, report), (other, another) = _opened(*_lab(), first, second)
    comparison = compare_predictions(report.test, another.test)
    a, b = one.name, other.name
    if a == b:
        a, b = f"{a} (run {one.id})", f"{b} (run {other.id})"
    print_answer(
        json_,
        {
            "runs": [one.id, other.id],
            "data_set": report.data_set,
            "n": report.score.n,
            "accuracy": [report.score.accuracy, another.score.accuracy],
            "only_first_right": comparison.only_first,
            "only_second_right": comparison.only_second,
            "p_value": comparison.p_value,
            "test_openings": [one.test_openings, other.test_openings],
        },
        f"{a} reads {percent(report.score.accuracy)}, {b} {percent(another.score.accuracy)} of "
        f"{report.score.n:,} test images of {report.data_set}; {comparison.conclusion(a, b)}: {comparison.sentence}; "
        f"the test set {times_opened(one.test_openings)} for {a}, and {times_opened(other.test_openings)} for {b}",
    )


def _require_place(html: Path) -> None:
    """Raise `DigitLabError` where no file can have that path."""
    try:
        folder, there = html.is_dir(), html.parent.is_dir()
    except OSError as error:
        raise DigitLabError(
            f"No file can be called {html.name[:60]} there ({error.strerror}); choose another."
        ) from None
    if folder:
        raise DigitLabError(f"{html} is a folder; name a file in it, such as report.html.")
    if not there:
        raise DigitLabError(f"There is no folder {html.parent}; make it, or choose another one for {html.name}.")


def _lab() -> "tuple[Store, DataSet]":
    from mnist_core import data as digits
    from mnist_core.store import Store

    where = settings.load()
    return Store(where.runs_dir), digits.load(where.data_dir)


def _opened(store: "Store", data_set: "DataSet", *references: str) -> "list[tuple[Run, Report]]":
    """Open the test set for runs, or for none where it cannot be opened for all; each run as it is then."""
    from mnist_core.evaluation import test_set

    runs = [store.runs.find(reference) for reference in references]
    if len({run.id for run in runs}) < len(runs):
        raise DigitLabError("A run cannot be compared with itself; give two different ones.")
    reports = test_set.open_test_set_for_runs(store, runs, data_set)
    return [(store.runs.get(run.id), report) for run, report in zip(runs, reports, strict=True)]


def _robustness(store: "Store", data_set: "DataSet", run: "Run") -> dict[str, dict[str, Any]]:
    """Accuracies from clean to severe by the name of the way; kept, so that they are measured once."""
    from mnist_core.evaluation import test_set
    from mnist_core.evaluation.corruptions import CORRUPTIONS
    from mnist_core.evaluation.robustness import accuracies, measure_robustness

    network = test_set.load_classifier(store, run)
    found: dict[str, dict[str, Any]] = {}
    with typer.progressbar(CORRUPTIONS, label="Robustness", file=sys.stderr) as bar:
        for way in bar:
            right = measure_robustness(store, network, data_set.test, way)
            strengths = [way.clean, *way.strengths]
            found[way.key] = {
                "unit": way.unit,
                "strengths": strengths,
                "accuracy": accuracies(right, len(data_set.test)),
            }
    return found


def _write_html(store: "Store", data_set: "DataSet", run: "Run", path: Path) -> None:
    from mnist_core import files
    from mnist_core.evaluation import test_set
    from mnist_core.export import html_report

    network = test_set.load_classifier(store, run)
    report = html_report.write_html(store, network, run.name, data_set, run=run, openings=run.test_openings)
    files.write_atomically(path, report.encode())


def _line(way: str, found: dict[str, Any]) -> str:
    pairs = zip(found["strengths"], found["accuracy"], strict=True)
    return f"\n{way} ({found['unit']}): " + ", ".join(f"{strength:g}: {percent(share)}" for strength, share in pairs)
