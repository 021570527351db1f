"""The report of a model as one HTML file with its charts, to be handed in: it needs neither this package nor a network.

Nothing in it is computed for it but what is quick; it shows what was opened and measured before.
"""

from dataclasses import dataclass

import plotly.graph_objects as go
from jinja2 import Environment, PackageLoader, StrictUndefined

from mnist_core import figures
from mnist_core.config import HYPERPARAMETERS
from mnist_core.data import DataSet
from mnist_core.evaluation import calibration, test_set
from mnist_core.evaluation.calibration import calibration_error, reliability, risk_coverage
from mnist_core.evaluation.classifier import Classifier
from mnist_core.evaluation.corruptions import CORRUPTIONS
from mnist_core.evaluation.generalisation import assess_generalisation
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.report import scores
from mnist_core.evaluation.robustness import accuracies, stored_robustness
from mnist_core.evaluation.score import per_class_scores
from mnist_core.formatting import percent, times_opened
from mnist_core.store import Run, Store

MOST_PICTURES = 24
"""Misread images that are shown."""


@dataclass(frozen=True)
class Chart:
    title: str
    html: str


def write_html(
    store: Store, classifier: Classifier, name: str, data_set: DataSet, run: Run | None, openings: int
) -> str:
    """The report of a classifier on `data_set`; `run` is None for neighbours, `openings` how often it was tested.

    What concerns the test set is there only where it was opened.
    """
    report, fit = (
        test_set.stored_report(store, classifier, data_set),
        test_set.training_fit(store, classifier, data_set),
    )
    known = scores(fit, report)
    charts = _course(store, run) if run is not None else []
    if known:
        charts.append(("Accuracy, with 95 % intervals", figures.accuracy_intervals(known)))
    if report is not None:
        charts += _test(report.test, fit.temperature)
        charts += _robustness(store, classifier, data_set, name)
    environment = Environment(
        loader=PackageLoader("mnist_core.export", "."), undefined=StrictUndefined, autoescape=True, trim_blocks=True
    )
    environment.filters |= {"percent": percent, "opened": times_opened}
    return environment.get_template("html_report.html.jinja").render(
        name=name,
        data_set=data_set,
        run=run,
        hyperparameters=HYPERPARAMETERS,
        openings=openings,
        scores=known,
        report=report,
        verdict=assess_generalisation(known),
        per_class=None if report is None else per_class_scores(report.test.predicted, report.test.labels),
        charts=[Chart(title, _embedded(figure, first=not number)) for number, (title, figure) in enumerate(charts)],
        misread=[] if report is None else _misread(report.test, data_set),
    )


def _course(store: Store, run: Run) -> list[tuple[str, go.Figure]]:
    steps, losses = store.metrics.curve(run.id, "loss")
    if not len(steps):
        return []
    curve = (steps, figures.smooth(losses, figures.SMOOTHING)[0])
    return [("Loss of each step, smoothed", figures.curves_of_runs("Loss", [run.name], [str(run.id)], [curve]))]


def _test(test: Predictions, temperature: float | None) -> list[tuple[str, go.Figure]]:
    versions = calibration.with_temperature(test, temperature)
    error = 100 * calibration_error(test)
    return [
        ("What is read as what", figures.confusion_matrix(test.confusion)),
        (
            f"Is it right as often as it is sure? Calibration error {error:.1f} points",
            figures.reliability_diagram({name: reliability(each) for name, each in versions.items()}),
        ),
        (
            "If it answers only when it is sure",
            figures.risk_coverage({"as it is": risk_coverage(test)}),
        ),
    ]


def _robustness(store: Store, classifier: Classifier, data_set: DataSet, name: str) -> list[tuple[str, go.Figure]]:
    counts = stored_robustness(store, [classifier], data_set.test, CORRUPTIONS)
    curves = {corruption: accuracies(correct, len(data_set.test)) for (_, corruption), correct in counts.items()}
    return [
        (
            f"Made harder by: {corruption.name.lower()}",
            figures.accuracy_over_strength(corruption, [name], {name: curves[corruption.key]}),
        )
        for corruption in CORRUPTIONS
        if corruption.key in curves
    ]


def _misread(test: Predictions, data_set: DataSet) -> list[tuple[str, str]]:
    """Pictures of the misread images, the surest answers first, and what is under each."""
    return [
        (
            figures.data_url(data_set.test.images[index]),
            f"{test.labels[index]} read as {test.predicted[index]}, {100 * test.confidence[index]:.0f} % sure",
        )
        for index in test.confidently_wrong()[:MOST_PICTURES]
    ]


def _embedded(figure: go.Figure, *, first: bool) -> str:
    """The first one brings Plotly's JavaScript along."""
    html: str = figure.to_html(full_html=False, include_plotlyjs=first, config={"displayModeBar": False})
    return html
