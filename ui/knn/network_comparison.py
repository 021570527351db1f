"""A network beside K nearest neighbours, on the validation images that the network has not seen."""

import numpy as np
import streamlit as st

from mnist_core.config import PRESETS
from mnist_core.data import Digits
from mnist_core.evaluation.score import Score
from mnist_core.formatting import interval, percent
from mnist_core.knn import study
from mnist_core.store import Run
from ui import predictors, resources
from ui.knn.settings import KNNSelection
from ui.text import escape_markdown


def show(selection: KNNSelection, answers: np.ndarray, validation: Digits) -> None:
    """`answers` (n,) are the labels that the neighbours predict for the n validation images."""
    train = selection.data_set.train
    # Only a run that held out images of the validation set can be compared on them.
    fair = [
        run
        for run in resources.store().runs.all()
        if run.data_set == selection.data_set.name and study.not_trained_on(run.config, train).any()
    ]
    runs = {run.id: run for run in resources.finished_runs(fair)}
    waiting = [run for run in fair if run.in_progress]
    if runs:
        chosen = st.selectbox("Network", runs, format_func=lambda number: runs[number].name, key="knn-network")
        unseen = study.not_trained_on(runs[chosen].config, train)
        _compare_accuracies(runs[chosen], answers[unseen], validation.take(np.flatnonzero(unseen)), selection)
    elif waiting:
        st.info("The network is on its way. Come back when it has finished.", icon=":material/hourglass_empty:")
        st.page_link(
            "pages/train.py",
            label=f"Watch {escape_markdown(waiting[0].name)}",
            query_params=resources.link_to(waiting[0]),
        )
        st.button("Look again", icon=":material/refresh:")
    else:
        st.info(
            "There is no network yet that was not trained on these images. Train one that holds the same images out.",
            icon=":material/model_training:",
        )
        st.button("Train the tutorial's network beside it", icon=":material/play_arrow:", on_click=_train)


def _compare_accuracies(run: Run, answers: np.ndarray, shown: Digits, selection: KNNSelection) -> None:
    by_network = predictors.network_classifier(run).probabilities(shown.images).argmax(axis=1)
    st.markdown(f"Both read the same {len(shown):,} validation images, on which the network was not trained.")
    names = (f"{selection.setting.grid.name} blocks, k = {selection.k}", escape_markdown(run.name))
    for side, name, predicted in zip(st.columns(2), names, (answers, by_network), strict=True):
        score = Score.of(predicted, shown.labels)
        with side:
            st.metric(name, percent(score.accuracy))
            st.caption(interval(*score.interval).capitalize())
    knn_correct, network_correct = answers == shown.labels, by_network == shown.labels
    st.markdown(
        f"Only the neighbours are right on {(knn_correct & ~network_correct).sum():,} images, only the network on "
        f"{(network_correct & ~knn_correct).sum():,}, neither on {(~knn_correct & ~network_correct).sum():,}."
    )


def _train() -> None:
    config = PRESETS["tutorial"].model_copy(update={"validation_share": study.VALIDATION_SHARE})
    resources.executor().submit(config, "Tutorial, beside KNN", resources.identity().name)
