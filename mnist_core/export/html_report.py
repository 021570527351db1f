"""The evaluation of a model as one HTML file with charts, which opens without this package and without a network.

It shows what has been measured before: only what is quick is computed.
"""

from collections.abc import Sequence
from typing import TypeAlias

import plotly.graph_objects as go
from jinja2 import Environment, PackageLoader, StrictUndefined

from mnist_core.config import HYPERPARAMETERS
from mnist_core.data import DataSet
from mnist_core.evaluation import test_set
from mnist_core.evaluation.calibration import calibration_error, reliability, risk_coverage, with_temperature
from mnist_core.evaluation.classifier import Classifier
from mnist_core.evaluation.corruptions import CORRUPTIONS
from mnist_core.evaluation.generalisation import assess_generalisation
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.report import scores_by_part
from mnist_core.evaluation.robustness import accuracies, stored_robustness
from mnist_core.evaluation.score import per_class_scores
from mnist_core.figures import evaluation, training_curves
from mnist_core.figures.png import data_url
from mnist_core.formatting import percent, times_opened
from mnist_core.store import Run, Store

MAX_MISREAD = 24
"""Misread images that are shown."""

NamedFigures: TypeAlias = list[tuple[str, go.Figure]]


def write_html(
    store: Store, classifier: Classifier, name: str, data_set: DataSet, run: Run | None, openings: int
) -> str:
    """The report on a classifier as HTML; `run` is None for K nearest neighbours.

    `openings` is how often its test set was opened. Where it was never opened, the report says nothing of the test set.
    """
    report = test_set.stored_report(store, classifier, data_set)
    fit = test_set.training_fit(store, classifier, data_set)
    by_part = scores_by_part(fit, report)
    charts = _loss(store, run) if run is not None else []
    if by_part:
        charts.append(("Accuracy, with 95 % intervals", evaluation.accuracy_intervals(by_part)))
    if report is not None:
        charts += _test(report.test, fit.temperature, data_set.class_names)
        charts += _robustness(store, classifier, data_set, name)
    environment = Environment(
        loader=PackageLoader("mnist_core.export", "."), undefined=StrictUndefined, autoescape=True, trim_blocks=True
    )
    environment.filters |= {"percent": percent, "times_opened": times_opened}
    return environment.get_template("html_report.html.jinja").render(
        name=name,
        data_set=data_set,
        run=run,
        hyperparameters=HYPERPARAMETERS,
        openings=openings,
        scores=by_part,
        report=report,
        generalisation=assess_generalisation(by_part),
        per_class=None
        if report is None
        else per_class_scores(report.test.predicted, report.test.labels, report.test.classes),
        charts=[(title, _embed(figure, first=not number)) for number, (title, figure) in enumerate(charts)],
        misread=[] if report is None else _misread(report.test, data_set),
    )


def _loss(store: Store, run: Run) -> NamedFigures:
    steps, losses = store.metrics.curve(run.id, "loss")
    if not len(steps):
        return []
    curve = (steps, training_curves.smooth_curve(losses)[0])
    return [("Loss of each step, smoothed", training_curves.run_curves("Loss", [run.name], [str(run.id)], [curve]))]


def _test(test: Predictions, temperature: float | None, names: Sequence[str]) -> NamedFigures:
    bins = {name: reliability(scaled) for name, scaled in with_temperature(test, temperature).items()}
    sure = f"Is it right as often as it is sure? Calibration error {100 * calibration_error(test):.1f} points"
    return [
        ("What is read as what", evaluation.confusion_heatmap(test.confusion, names)),
        (sure, evaluation.reliability_diagram(bins)),
        ("If it answers only when it is sure", evaluation.risk_coverage_curve({"as it is": risk_coverage(test)})),
    ]


def _robustness(store: Store, classifier: Classifier, data_set: DataSet, name: str) -> NamedFigures:
    counts = stored_robustness(store, [classifier], data_set.test, CORRUPTIONS)
    curves = {corruption: accuracies(correct, len(data_set.test)) for (_, corruption), correct in counts.items()}
    return [
        (
            f"Made harder by: {corruption.name.lower()}",
            evaluation.accuracy_over_strength(corruption, [name], {name: curves[corruption.key]}),
        )
        for corruption in CORRUPTIONS
        if corruption.key in curves
    ]


def _misread(test: Predictions, data_set: DataSet) -> list[tuple[str, str]]:
    """Data URLs of misread images, the most confident predictions first, and their captions."""
    names = data_set.class_names
    return [
        (
            data_url(data_set.test.images[index]),
            f"{names[test.labels[index]]} read as {names[test.predicted[index]]}, "
            f"{100 * test.confidence[index]:.0f} % sure",
        )
        for index in test.confidently_wrong()[:MAX_MISREAD]
    ]


def _embed(figure: go.Figure, *, first: bool) -> str:
    """HTML of a chart; only the first one includes Plotly's JavaScript."""
    html: str = figure.to_html(full_html=False, include_plotlyjs=first, config={"displayModeBar": False})
    return html
