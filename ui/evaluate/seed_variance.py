"""How much is luck: the same settings trained with other seeds."""

import streamlit as st

from mnist_core import figures
from mnist_core.data import DataSet
from mnist_core.evaluation import repeats, test_set
from mnist_core.evaluation.repeats import SeedVariance
from mnist_core.store import Run
from ui import predictors, resources
from ui.components import static_chart
from ui.evaluate import repeats_view as view
from ui.evaluate.selection import Selection
from ui.shell import errors_shown

_KIND = "seed variance"


def show(subject: Selection) -> None:
    st.markdown(
        "The seed decides the first weights, the order of the images and which of them are held out for validation. "
        "How much of an accuracy is the settings, and how much is luck?"
    )
    run = subject.model.run
    if run is None:
        st.info(
            "K nearest neighbours have no random part: the same references always give the same answers, so there is "
            "no spread.",
            icon=":material/casino:",
        )
        return
    view.start(_KIND, run, "Train with other seeds", fewest=2)
    found = view.latest(_KIND, run)
    if found is None:
        st.info("These settings have not been trained with other seeds yet.", icon=":material/casino:")
        return
    view.live(found, lambda runs: _result(subject, runs))


def _result(subject: Selection, runs: list[Run]) -> None:
    finished = repeats.finished_as_configured(runs)
    view.left_out(runs)
    if len(finished) < 2:
        return
    store = resources.store()
    # A network whose file is gone can be tested no more; the other numbers of its run are there.
    there = [run for run in finished if store.files.network(run.id).exists()]
    reports = {
        run.id: test_set.stored_report(store, predictors.network_classifier(run), subject.data_set) for run in there
    }
    parts = {
        "test": [report.score.accuracy for report in reports.values() if report is not None],
        "validation": [run.validation_accuracy for run in finished if run.validation_accuracy is not None],
        "training": [run.training_accuracy for run in finished if run.training_accuracy is not None],
    }
    known = {name: SeedVariance(tuple(shares)) for name, shares in parts.items() if len(shares) > 1}
    closed = [run for run in there if reports[run.id] is None]
    if closed:
        st.button(
            f"Open the test set for {len(closed)} runs",
            icon=":material/lock_open:",
            key="open-spread",
            on_click=_open,
            args=(closed, subject.data_set),
            help="Counted once for each of them.",
        )
    for name, spread in known.items():
        low, high = spread.interval
        st.markdown(
            f"**{name.capitalize()}**: mean {100 * spread.mean:.2f} %, standard deviation {100 * spread.std:.2f} "
            f"points over {len(spread.accuracies)} seeds. The mean of all seeds lies between {100 * low:.2f} and "
            f"{100 * high:.2f} % (95 % interval)."
        )
    if known:
        static_chart.show(
            figures.seed_variance({name: spread.accuracies for name, spread in known.items()}),
            key="spread",
            alt="The accuracy of each seed",
        )
        st.caption(
            f"Trained on {runs[0].data_set}, tested on {subject.data_set.name}. A difference between two settings that "
            "is smaller than this spread may be luck."
        )


def _open(runs: list[Run], data_set: DataSet) -> None:
    with errors_shown():
        test_set.open_test_set_for_runs(resources.store(), runs, data_set)
