"""How good is it: validation accuracy over k, grids and references, what is misread, and a network beside it."""

from functools import partial

import streamlit as st

from mnist_core.data import Digits
from mnist_core.evaluation.score import Score
from mnist_core.formatting import interval, percent
from mnist_core.knn import study
from mnist_core.knn.study import StudyResult
from ui import knn_measurements, predictors, query_params, resources
from ui.knn import accuracy_charts, network_comparison
from ui.knn.settings import KNNSelection
from ui.knn_measurements import Accuracies
from ui.long_task import buttons, progress_bar, request, run_tasks
from ui.text import escape_markdown

VIEWS = ("Over k", "Over grids", "Over references", "Misread", "A network")


def show(selection: KNNSelection) -> None:
    references, validation = predictors.split(selection.data_set)
    if not len(validation):
        st.info(
            f"{escape_markdown(selection.data_set.name)} has too few training images to hold some out and read "
            "them; choose a larger "
            "set.",
            icon=":material/monitoring:",
        )
        return
    current = selection.setting
    plan = study.plan(current, references)
    measured = knn_measurements.Measured(selection.data_set, plan, validation)
    st.markdown(
        f"{len(validation):,} validation images of {escape_markdown(selection.data_set.name)}, held out of the "
        "training images, are "
        f"read with the other {len(references):,} as references. The test set stays closed."
    )
    if st.session_state.get("study") not in (None, current):
        request("study", None)  # other settings are measured when they are asked for
    wanted = bool(measured.missing) and st.session_state.get("study") == current
    with st.container(horizontal=True):
        buttons("study", wanted, bool(measured.missing), partial(request, "study"), start=current, stop=None)
    with query_params.checked(["view"]):
        view = st.segmented_control("Show", VIEWS, required=True, default=VIEWS[0], key="view", bind="query-params")
    # Written in each run: what a long run leaves unwritten would stay on the page meanwhile.
    bar, body = progress_bar("study", wanted), st.empty()
    if current in measured.accuracies:
        with body.container():
            _summary(selection, measured.accuracies, len(validation))
            _show_view(view, selection, measured.accuracies, references, validation)
    elif not wanted:
        body.info("Press Measure to see how well these settings read images.", icon=":material/monitoring:")
    if wanted:
        tasks = knn_measurements.tasks(selection.data_set, measured.missing, references, validation)
        run_tasks(tasks, len(plan), sum(study.relative_cost(setting, references) for setting in plan), bar, "study")


def _summary(selection: KNNSelection, accuracies: Accuracies, n: int) -> None:
    current, k = selection.setting, selection.k
    now = accuracies[current][k - 1]
    alike = [setting for setting in accuracies if setting.per_digit == current.per_digit]
    best = max(alike, key=lambda setting: accuracies[setting].max())
    st.markdown(
        f"Now, {current.grid.name} blocks and k = {k}: **{percent(now)}**, "
        f"{interval(*Score(round(now * n), n).interval)}. "
        f"Best so far with as many references, {best.grid.name} and k = {accuracies[best].argmax() + 1}: "
        f"**{percent(accuracies[best].max())}**."
    )


def _show_view(
    view: str, selection: KNNSelection, accuracies: Accuracies, references: Digits, validation: Digits
) -> None:
    if view == "Over k":
        accuracy_charts.over_k(selection, accuracies)
    elif view == "Over grids":
        accuracy_charts.over_grids(selection, accuracies)
    elif view == "Over references":
        accuracy_charts.over_references(selection, accuracies, references)
    else:
        key = selection.setting.key(selection.data_set)
        content = resources.store().results.get([key])
        if not content:  # the runs folder was emptied meanwhile
            knn_measurements.known().clear()
            st.rerun()
        result = StudyResult.from_bytes(content[key])
        answers = result.predictions[:, selection.k - 1]
        if view == "Misread":
            accuracy_charts.misread(answers, validation, result.seconds, selection.data_set.identity)
        else:
            network_comparison.show(selection, answers, validation)
