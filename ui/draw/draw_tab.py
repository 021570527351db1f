"""Draw: the canvas or a picture on the left, what the models make of it on the right."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.config import PRESET_NAMES, PRESETS
from mnist_core.store import Run
from ui import predictors, resources
from ui.components.choices import one_of
from ui.draw import (
    digit_input,
    explanations,
    normalisation,
    photo_steps,
    picture_input,
    plain_picture,
    prediction_cards,
    predictions,
    save_label,
)
from ui.draw.digit_input import DigitInput
from ui.draw.picture_input import Picture
from ui.errors import errors_shown
from ui.run_view import run_view
from ui.text import escape_markdown

VIEWS = ("Answers", "What they see", "Which pixels", "Like MNIST?", "Watch it learn")

_STYLES = Path(__file__).with_suffix(".css")


def show() -> None:
    # Not sent again with each stroke.
    for styles in (_STYLES, *prediction_cards.STYLES):
        st.html(styles)
    _draw()


@st.fragment
@errors_shown()  # an error in a fragment does not reach those of the page
def _draw() -> None:
    """A fragment, so that a stroke does not run the whole page."""
    data_set = resources.drawing_data_set()
    left, right = st.columns([2, 3], gap="large")
    with left:
        # The canvas keeps its place while the answers change.
        given = None
        with errors_shown():
            given = digit_input.choose_input()
    with left.container(key="draw-networks"):
        all_runs = resources.runs_to_choose("run", "networks")
        finished = resources.finished_runs(all_runs)
        runs = predictions.choose_networks(finished) if finished else []
        if not any(map(resources.reads_digits, finished)):
            _train([run for run in all_runs if run.in_progress])
    answer = right.container(key="draw-answer")
    of_digits = [run for run in runs if resources.reads_digits(run)]
    with right, errors_shown():
        if isinstance(given, Picture) and runs and runs[0] not in of_digits:
            same = [run for run in runs if run.data_set == runs[0].data_set]
            _leave_out([run for run in runs if run not in same], f"not trained on {escape_markdown(runs[0].data_set)}")
            with answer:
                plain_picture.show(given, same)
            return
        _leave_out([run for run in runs if run not in of_digits], "not trained on digits")
        runs = of_digits
        if not resources.works_on(data_set.name):
            st.caption(
                f"K nearest neighbours read with the digits of {escape_markdown(data_set.name)}: the chosen data "
                "set holds none. "
                "For a network that was trained on it, choose that network first and upload a picture."
            )
        if given is None:
            answer.info("Give a picture on the left; its digits are read here.", icon=":material/image:")
            return
        if isinstance(given, DigitInput):
            photo, digits = None, [given]
        else:
            photo = picture_input.find_digits(given, photo_steps.switches(), *predictions.confidence(runs, data_set))
            digits = [DigitInput(digit, None) for digit in photo.digits]
            if not digits:
                answer.warning(
                    f"There is no digit to be seen in {given.name}. Draw a box around it, switch steps off, or take a "
                    "picture with more contrast.",
                    icon=":material/image_search:",
                )
                photo_steps.show(given.colours(), photo)
                return
        digit = digits[0]
        if len(digits) > 1:
            label = f"{len(digits)} digits, from the left, row by row"
            part = st.segmented_control(
                label, range(len(digits)), default=0, format_func=lambda n: str(n + 1), key="part"
            )
            digit = digits[part or 0]
        # Controls are there before the first stroke, too: the browser takes 40 ms to build them.
        redraw, steps = normalisation.switches()
        reason = digit.unreadable
        normalised = None if reason else digit.follow(redraw, steps)
        if normalised is None:
            answer.info(prediction_cards.HINTS[reason or "blank"], icon=":material/draw:")
            save_label.offer(None, [])
            _choose_view()
            loaded = [run.id for run in runs]
            if st.session_state.get("loaded-networks") != loaded:
                # What the first drawing would wait for.
                predictions.predict(runs, data_set, np.zeros((28, 28), np.uint8))
                st.session_state["loaded-networks"] = loaded
            return
        st.session_state["last_drawing"] = digit.image
        results, neighbours = predictions.predict(runs, data_set, normalised.image)
        if len(digits) > 1:
            parts = [part.follow(redraw, steps) for part in digits]
            images = np.stack([part.image for part in parts if part is not None])
            row = predictions.first_predictions(runs, data_set, images)
            answers = " ".join(str(prediction.digit) if prediction.sure else "?" for prediction in row)
            answer.markdown(f"Read: **{answers}**")
        with answer:
            prediction_cards.show_answer(results)
        save_label.offer(digit, results)
        view = _choose_view()
        if view == VIEWS[1]:
            if photo is not None and isinstance(given, Picture):
                photo_steps.show(given.colours(), photo)
            normalisation.show(digit, redraw, steps)
        elif view == VIEWS[2]:
            explanations.pixels(normalised.image, results)
        elif view == VIEWS[3]:
            explanations.like_mnist(normalised.image, data_set)
        elif view == VIEWS[4]:
            explanations.learning(normalised.image, list(filter(resources.reads_digits, all_runs)))
        else:
            prediction_cards.side_by_side(results)
            prediction_cards.nearest(neighbours, predictors.drawing_knn(data_set).reference)


def _choose_view() -> str:
    return one_of("View", VIEWS, "drawing-view", label_visibility="collapsed", wrap=True)


def _leave_out(runs: Sequence[Run], why: str) -> None:
    if runs:
        names = ", ".join(escape_markdown(run.name) for run in runs)
        st.caption(f"Left out, since {why}: {names}.")


def _train(in_progress: Sequence[Run]) -> None:
    if in_progress:
        run_view.show_state(in_progress[0])
        return
    st.info(
        "No network has been trained on digits yet. Only K nearest neighbours read, and they take many letters for "
        "digits.",
        icon=":material/model_training:",
    )
    if st.button(f"Train the network {PRESET_NAMES['drawing'].lower()}", type="primary"):
        resources.executor().submit(PRESETS["drawing"], PRESET_NAMES["drawing"], resources.drawing_data_set().name)
        st.rerun()
