"""The board: a drawing on the left, what is made of it on the right."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.config import PRESET_NAMES, PRESETS
from mnist_core.data import DataSet
from mnist_core.drawing.rejection import unreadable_reason
from mnist_core.store import Run
from ui import predictors, resources
from ui.draw import digit_input, explanations, normalisation, prediction_cards, predictions, save_label
from ui.run_view import run_view
from ui.shell import errors_shown

VIEWS = ("Answers", "What they see", "Which pixels", "Like MNIST?", "Watch it learn")


def show() -> None:
    data_set = resources.data_set()
    left, right = st.columns([2, 3], gap="large")
    with left:
        # The canvas keeps its place while the answers change.
        subjects = []
        with errors_shown():
            subjects = digit_input.choose_input()
        finished = resources.finished_runs()
        runs = predictions.choose_networks(finished) if finished else []
        if not finished:
            _train()
    with right, errors_shown():
        if not subjects:
            st.info("Give a picture on the left; its digits are read here.", icon=":material/image:")
            return
        subject = subjects[0]
        if len(subjects) > 1:
            places = range(len(subjects))
            place = st.segmented_control(
                f"{len(subjects)} digits, from the left",
                places,
                default=0,
                format_func=lambda n: str(n + 1),
                key="part",
            )
            subject = subjects[place or 0]
        shape = unreadable_reason(subject.ink, subject.pen)
        if shape in ("blank", "tiny") or (shape == "several" and subject.strokes):
            prediction_cards.hint(shape)
            predictions.warm_up(runs, data_set)
            return
        redraw, chosen = normalisation.switches()
        seen = subject.follow(redraw, chosen)
        if seen is None:
            prediction_cards.hint("blank")
            return
        st.session_state["last_drawing"] = subject.image
        found, neighbours = predictions.predict(runs, data_set, seen.image)
        if len(subjects) > 1:
            images = [each.image for part in subjects if (each := part.follow(redraw, chosen)) is not None]
            _read_in_a_row(images, runs, data_set)
        prediction_cards.show_answer(found)
        save_label.offer(subject, found)
        view = st.segmented_control(
            "View",
            VIEWS,
            default=VIEWS[0],
            key="view",
            label_visibility="collapsed",
            required=True,
            wrap=True,
            persist_state="session",
        )
        if view == VIEWS[1]:
            normalisation.show(subject, redraw, chosen)
        elif view == VIEWS[2]:
            explanations.pixels(seen.image, found)
        elif view == VIEWS[3]:
            explanations.like_mnist(seen.image, data_set)
        elif view == VIEWS[4]:
            explanations.learning(seen.image)
        else:
            prediction_cards.side_by_side(found)
            prediction_cards.nearest(neighbours, predictors.drawing_knn(data_set).reference)


def _read_in_a_row(images: Sequence[NDArray[np.uint8]], runs: Sequence[Run], data_set: DataSet) -> None:
    """The first judge's answer to each digit of a picture."""
    read = [predictions.first_prediction(runs, data_set, image) for image in images]
    st.markdown(f"Read from the left: **{' '.join(str(found.digit) if found.sure else '?' for found in read)}**")


def _train() -> None:
    """Offer to train a network for drawings, or show how far the one in progress is."""
    waiting = resources.store().runs.in_progress()
    if waiting:
        run_view.live(waiting[0], brief=True)
        return
    st.info(
        "There is no trained network yet. K nearest neighbours read alone, and take many a letter for a digit.",
        icon=":material/model_training:",
    )
    if st.button(f"Train the network {PRESET_NAMES['drawing'].lower()}", type="primary"):
        resources.executor().submit(PRESETS["drawing"], PRESET_NAMES["drawing"])
        st.rerun()
