"""One digit, read: the answer, and under it what the models make of the digit and why."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from mnist_core.data import DataSet
from mnist_core.knn.votes import NearestNeighbours
from mnist_core.store import Run
from ui import predictors
from ui.components.choices import one_of
from ui.draw import explanations, normalisation, prediction_cards, predictions, save_label
from ui.draw.digit_input import DigitInput
from ui.draw.predictions import Prediction

VIEWS = ("Answers", "What they see", "Which pixels", "Like MNIST?", "Watch it learn")
_ALONE_SECONDS = 0.006
"""For so long nothing follows an answer: what the browser gets with it, it draws with it, 4 ms later on average."""


@dataclass(frozen=True)
class Reading:
    """A digit, the (28, 28) image that was made of it, and what the models take that for."""

    digit: DigitInput
    image: NDArray[np.uint8]
    predictions: list[Prediction]
    neighbours: NearestNeighbours


def read(digit: DigitInput, runs: Sequence[Run], data_set: DataSet, answer: DeltaGenerator) -> Reading | None:
    """Show in `answer` what the models take a digit for, or a hint where it is none."""
    reason = digit.unreadable
    normalised = None if reason else digit.follow(*normalisation.switched_on())
    if normalised is None:
        answer.info(prediction_cards.HINTS[reason or "blank"], icon=":material/draw:")
        return None
    by_models, neighbours = predictions.predict(runs, data_set, normalised.image)
    with answer:
        prediction_cards.show_answer(by_models)
    time.sleep(_ALONE_SECONDS)
    st.session_state["last_drawing"] = digit.image
    return Reading(digit, normalised.image, by_models, neighbours)


def explain(reading: Reading | None, data_set: DataSet, show_steps_before: Callable[[], None] | None = None) -> None:
    """Let a person say what the digit was, and look at it in one of several views.

    Both are there without a reading, too, since the browser takes 40 ms to build them. `show_steps_before` shows the
    steps that led to the digit.
    """
    if reading is None:
        save_label.offer(None, [])
    else:
        save_label.offer(reading.digit, reading.predictions)
    view = one_of("View", VIEWS, "drawing-view", label_visibility="collapsed", wrap=True)
    if reading is None:
        return
    if view == VIEWS[1]:
        if show_steps_before is not None:
            show_steps_before()
        normalisation.show(reading.digit)
    elif view == VIEWS[2]:
        explanations.pixels(reading.image, reading.predictions)
    elif view == VIEWS[3]:
        explanations.like_mnist(reading.image, data_set)
    elif view == VIEWS[4]:
        explanations.learning(reading.image)
    else:
        prediction_cards.side_by_side(reading.predictions)
        prediction_cards.nearest(reading.neighbours, predictors.drawing_knn(data_set).reference)
