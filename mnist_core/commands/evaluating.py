"""Verbs that open the test set.

What takes long to import is imported by the verb that needs it.
"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mnist_core import settings
from mnist_core.commands.output import Json, RunReference, answer, app

if TYPE_CHECKING:
    from mnist_core.evaluation import Report
    from mnist_core.store import Run


@app.command()
def evaluate(run: RunReference, json_: Json = False) -> None:
    """Open the test set for a run; how often is counted."""
    from mnist_core import evaluation

    found, report = _opened(run)
    score, per_class = report.score, evaluation.per_class(report.test.confusion)
    value: dict[str, Any] = {
        "run": found.id,
        "data_set": report.data_set,
        "n": score.n,
        "accuracy": score.accuracy,
        "interval": score.interval,
        "confusion": report.test.confusion.tolist(),
        "train_accuracy": None if report.fit.training is None else report.fit.training.accuracy,
        "validation_accuracy": None if report.fit.validation is None else report.fit.validation.accuracy,
        "per_class": [
            {
                "digit": digit,
                "precision": float(per_class.precision[digit]),
                "recall": float(per_class.recall[digit]),
                "f1": float(per_class.f1[digit]),
                "images": int(per_class.images[digit]),
            }
            for digit in range(10)
        ],
        "calibration_error": evaluation.calibration_error(report.test),
        "test_openings": found.test_openings,
    }
    answer(
        json_,
        value,
        f"{found.name}: {score.accuracy:.1%} of {score.n:,} test images of {report.data_set} read correctly, "
        f"95 % interval {score.interval[0]:.1%} to {score.interval[1]:.1%}; "
        f"the test set was opened {_times(found.test_openings)} for this run",
    )


@app.command()
def compare(
    first: RunReference,
    second: Annotated[str, typer.Argument(metavar="RUN", help="Another run's number, or 'latest'.")],
    json_: Json = False,
) -> None:
    """Open the test set for two runs, and say whether one is better or only luckier."""
    from mnist_core import evaluation

    (one, report), (other, another) = _opened(first), _opened(second)
    comparison = evaluation.compare(report.test, another.test)
    answer(
        json_,
        {
            "runs": [one.id, other.id],
            "data_set": report.data_set,
            "n": report.score.n,
            "accuracy": [report.score.accuracy, another.score.accuracy],
            "only_first_right": comparison.only_first,
            "only_second_right": comparison.only_second,
            "p_value": comparison.p_value,
        },
        f"{one.name} reads {report.score.accuracy:.1%}, {other.name} {another.score.accuracy:.1%} of "
        f"{report.score.n:,} test images of {report.data_set}; {comparison.sentence}",
    )


def _opened(reference: str) -> "tuple[Run, Report]":
    """Open the test set for a run; the run as it is then."""
    from mnist_core import data as digits
    from mnist_core import exam
    from mnist_core.store import Store

    where = settings.load()
    store = Store(where.runs_dir)
    run = store.find(reference)
    report = exam.open_test_set(store, exam.network(store, run), digits.load(where.data_dir), run)
    return store.get(run.id), report


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
