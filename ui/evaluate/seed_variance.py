"""How much of an accuracy is luck: the same settings trained with other seeds."""

import streamlit as st

from mnist_core.data import DataSet
from mnist_core.evaluation import test_set
from mnist_core.evaluation.repeats import SeedVariance, finished_as_configured
from mnist_core.figures.repeats import seed_variance
from mnist_core.store import Run
from ui import predictors, resources
from ui.components import static_chart
from ui.errors import errors_shown
from ui.evaluate import repeats_view
from ui.evaluate.selection import Selection
from ui.text import escape_markdown


def show(selection: Selection) -> None:
    st.markdown(
        "The seed decides the first weights, the order of the images and which of them are held out for validation. "
        "How much of an accuracy is the settings, and how much is luck?"
    )
    run = selection.model.run
    if run is None:
        st.info(
            "K nearest neighbours have no random part: the same references always give the same answers, so there is "
            "no seed variance.",
            icon=":material/casino:",
        )
        return
    repeats = repeats_view.offer("seed variance", run, "Train with other seeds", fewest=2)
    if repeats is None:
        st.info("These settings have not been trained with other seeds yet.", icon=":material/casino:")
        return
    repeats_view.live(repeats, lambda runs: _show_accuracies(runs, selection.data_set))


def _show_accuracies(runs: list[Run], data_set: DataSet) -> None:
    finished = finished_as_configured(runs)
    repeats_view.excluded_caption(runs)
    if len(finished) < 2:
        return
    test_accuracies = _test_accuracies(finished, data_set)
    by_part = {
        "test": test_accuracies,
        "validation": [run.validation_accuracy for run in finished if run.validation_accuracy is not None],
        "training": [run.training_accuracy for run in finished if run.training_accuracy is not None],
    }
    variances = {part: SeedVariance(tuple(shares)) for part, shares in by_part.items() if len(shares) > 1}
    for part, variance in variances.items():
        low, high = variance.interval
        st.markdown(
            f"**{part.capitalize()}**: mean {100 * variance.mean:.2f} %, standard deviation {100 * variance.std:.2f} "
            f"points over {len(variance.accuracies)} seeds. The mean of all seeds lies between {100 * low:.2f} and "
            f"{100 * high:.2f} % (95 % interval)."
        )
    if variances:
        static_chart.show(
            seed_variance({part: variance.accuracies for part, variance in variances.items()}),
            key="seed-variance",
            alt="The accuracy of each seed",
        )
        st.caption(
            f"Trained on {escape_markdown(runs[0].data_set)}, tested on {escape_markdown(data_set.name)}. A "
            "difference between two settings that is "
            "smaller than the differences between seeds may be luck."
        )


def _test_accuracies(runs: list[Run], data_set: DataSet) -> list[float]:
    """The accuracies on the test set, and a button that opens it for the runs for which it is closed."""
    networks = {run.id: predictors.network_classifier(run) for run in resources.finished_runs(runs)}
    reports = test_set.stored_reports(resources.store(), networks.values(), data_set)
    mine = filter(resources.store().access.may_change, runs)
    closed = [run for run in mine if run.id in networks and networks[run.id].key not in reports]
    if closed:
        st.button(
            f"Open the test set for {len(closed)} runs",
            icon=":material/lock_open:",
            key="open-for-all-seeds",
            on_click=_open_test_set,
            args=(closed, data_set),
            help="Counted once for each of them.",
        )
    return [report.score.accuracy for report in reports.values()]


@errors_shown()
def _open_test_set(runs: list[Run], data_set: DataSet) -> None:
    test_set.open_test_set_for_runs(resources.store(), runs, data_set)
