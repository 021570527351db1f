"""Commands that open the test set for networks."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mnist_core import DigitLabError
from mnist_core.cli.output import Json, RunReference, app, open_store, print_result, require_writable
from mnist_core.evaluation.calibration import calibration_error
from mnist_core.evaluation.comparison import compare_predictions
from mnist_core.evaluation.score import per_class_scores
from mnist_core.files import write_atomically
from mnist_core.formatting import percent

if TYPE_CHECKING:
    from mnist_core.data import DataSet
    from mnist_core.evaluation.classifier import Classifier
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
        require_writable(html)
    store, data_set, [(evaluated, report)] = _open_test_set(run)
    network = test_set.load_classifier(store, evaluated)
    fit = test_set.training_fit(store, network, data_set)
    score, openings = report.score, evaluated.test_openings
    result: dict[str, Any] = {
        "run": evaluated.id,
        "data_set": report.data_set,
        "classes": data_set.class_names,
        "n": score.n,
        "accuracy": score.accuracy,
        "interval": score.interval,
        "confusion": report.test.confusion.tolist(),
        "train_accuracy": fit.training and fit.training.accuracy,
        "validation_accuracy": fit.validation and fit.validation.accuracy,
        "per_class": _per_class(report, data_set),
        "calibration_error": calibration_error(report.test),
        "test_openings": openings,
    }
    lines = [
        f"{evaluated.name}: {percent(score.accuracy)} of {score.n:,} test images of {report.data_set} read correctly, "
        f"95 % interval {percent(score.interval[0])} to {percent(score.interval[1])}; "
        f"the test set {evaluated.testing} for this run"
    ]
    if robustness:
        result["robustness"] = _measure_robustness(store, data_set, network)
        for key, measured in result["robustness"].items():
            pairs = zip(measured["strengths"], measured["accuracy"], strict=True)
            shares = ", ".join(f"{strength:g}: {percent(accuracy)}" for strength, accuracy in pairs)
            lines.append(f"{key} ({measured['unit']}): {shares}")
    print_result(json_, result, "\n".join(lines))
    if html is not None:  # last, so that the opening is reported even where writing fails
        from mnist_core.export.html_report import write_html

        page = write_html(store, network, evaluated.name, data_set, run=evaluated, openings=openings)
        write_atomically(html, page.encode())


@app.command("compare")
def compare_runs(
    first: RunReference,
    second: Annotated[str, typer.Argument(metavar="RUN", help="Another run's number, or 'latest'.")],
    json_: Json = False,
) -> None:
    """Open the test set for two runs, and say whether one is better or only luckier."""
    _, _, [(one, report), (other, other_report)] = _open_test_set(first, second)
    comparison = compare_predictions(report.test, other_report.test)
    a, b = one.name, other.name
    if a == b:
        a, b = f"{a} (run {one.id})", f"{b} (run {other.id})"
    print_result(
        json_,
        {
            "runs": [one.id, other.id],
            "data_set": report.data_set,
            "n": report.score.n,
            "accuracy": [report.score.accuracy, other_report.score.accuracy],
            "only_first_right": comparison.only_first,
            "only_second_right": comparison.only_second,
            "p_value": comparison.p_value,
            "test_openings": [one.test_openings, other.test_openings],
        },
        f"{a} reads {percent(report.score.accuracy)}, {b} {percent(other_report.score.accuracy)} of "
        f"{report.score.n:,} test images of {report.data_set}; {comparison.conclusion(a, b)}: {comparison.sentence}; "
        f"the test set {one.testing} for {a}, and {other.testing} for {b}",
    )


def _open_test_set(*references: str) -> "tuple[Store, DataSet, list[tuple[Run, Report]]]":
    """Open the test set of their own data set for all of these runs or for none.

    The runs returned have their new `test_openings`.
    """
    from mnist_core import data
    from mnist_core.evaluation import test_set
    from mnist_core.store import UNKNOWN_DATA_SET

    folders, store = open_store()
    runs = [store.runs.find(reference) for reference in references]
    if len({run.id for run in runs}) < len(runs):
        raise DigitLabError("A run cannot be compared with itself; give two different ones.")
    if len({run.data_set for run in runs}) > 1:
        trained = " and ".join(f"{run.name} on {run.data_set}" for run in runs)
        raise DigitLabError(
            f"These runs were trained on different data sets, {trained}, so no difference can be told; give two on the "
            "same."
        )
    trained_on = runs[0].data_set
    data_set = data.load(folders, None if trained_on == UNKNOWN_DATA_SET else trained_on)
    reports = test_set.open_test_set_for_runs(store, runs, data_set)
    return store, data_set, [(store.runs.get(run.id), report) for run, report in zip(runs, reports, strict=True)]


def _per_class(report: "Report", data_set: "DataSet") -> Any:
    import pandas as pd

    names, identity = data_set.class_names, data_set.identity
    scores = per_class_scores(report.test.predicted, report.test.labels, len(names))
    table = pd.DataFrame(vars(scores)).rename(columns={"support": "images"})
    table.insert(0, identity.category, range(10) if identity.of_digits else names)
    return table.to_dict("records")


def _measure_robustness(store: "Store", data_set: "DataSet", network: "Classifier") -> dict[str, dict[str, Any]]:
    """Unit, strengths and accuracies, clean first, by the key of the corruption."""
    from mnist_core.evaluation.corruptions import CORRUPTIONS
    from mnist_core.evaluation.robustness import accuracies, measure_robustness

    measured: dict[str, dict[str, Any]] = {}
    with typer.progressbar(CORRUPTIONS, label="Robustness", file=sys.stderr) as bar:
        for corruption in bar:
            correct = measure_robustness(store, network, data_set.test, corruption)
            accuracy = accuracies(correct, len(data_set.test))
            strengths = [corruption.clean, *corruption.strengths]
            measured[corruption.key] = {"unit": corruption.unit, "strengths": strengths, "accuracy": accuracy}
    return measured
