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


def show(choice: KNNSelection, answers: np.ndarray, validation: Digits) -> None:
    """`answers` (n,) are those of the neighbours on the n validation images."""
    store, train = resources.store(), choice.data_set.train
    fair = [
        run
        for run in store.runs.all()
        if run.data_set == choice.data_set.name and study.not_trained_on(run.config, train).any()
    ]
    runs = {run.id: run for run in fair if run.status == "finished"}
    waiting = [run for run in fair if run.in_progress]
    if runs:
        chosen = st.selectbox("Network", runs, format_func=lambda number: runs[number].name, key="beside")
        unseen = study.not_trained_on(runs[chosen].config, train)
        _compare(runs[chosen], answers[unseen], validation.take(np.flatnonzero(unseen)), choice)
    elif waiting:
        st.info("The network is on its way. Come back when it has finished.", icon=":material/hourglass_empty:")
        st.page_link("pages/train.py", label=f"Watch {waiting[0].name}", query_params={"run": waiting[0].id})
        st.button("Look again", icon=":material/refresh:")
    else:
        st.info(
            "There is no network yet that was not trained on these images. Train one that holds the same images out.",
            icon=":material/model_training:",
        )
        st.button("Train the tutorial's network beside it", icon=":material/play_arrow:", on_click=_train)


def _compare(run: Run, answers: np.ndarray, shown: Digits, choice: KNNSelection) -> None:
    theirs = predictors.predict(run, shown.images).argmax(axis=1)
    st.markdown(f"Both read the same {len(shown):,} validation images, on which the network was not trained.")
    names = (f"{choice.grid.name} blocks, k = {choice.k}", run.name)
    for side, name, those in zip(st.columns(2), names, (answers, theirs), strict=True):
        score = Score.of(those, shown.labels)
        with side:
            st.metric(name, percent(score.accuracy))
            st.caption(interval(*score.interval).capitalize())
    ours_right, theirs_right = answers == shown.labels, theirs == shown.labels
    st.markdown(
        f"Only the neighbours are right on {(ours_right & ~theirs_right).sum():,} images, only the network on "
        f"{(theirs_right & ~ours_right).sum():,}, neither on {(~ours_right & ~theirs_right).sum():,}."
    )


def _train() -> None:
    config = PRESETS["tutorial"].model_copy(update={"validation_share": study.VALIDATION_SHARE})
    resources.executor().submit(config, "Tutorial, beside KNN")
