"""Draw: the canvas or a picture on the left, what the models make of it on the right."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core import DigitLabError
from mnist_core.config import PRESET_NAMES, PRESETS
from mnist_core.store import Run
from ui import resources
from ui.components import drawing_canvas
from ui.draw import (
    digit_input,
    normalisation,
    photo_steps,
    picture_input,
    plain_picture,
    prediction_cards,
    predictions,
    reading,
)
from ui.draw.digit_input import DigitInput
from ui.draw.picture_input import Picture
from ui.errors import errors_shown
from ui.run_view import run_view
from ui.text import escape_markdown

_STYLES = Path(__file__).with_suffix(".css")


def show() -> None:
    # Not sent again with each stroke.
    for styles in (_STYLES, *prediction_cards.STYLES):
        st.html(styles)
    with st.container(key="draw"):
        digit, networks = st.container(), st.container(key="draw-networks")
        with networks:
            runs = _choose_networks()
        with digit:
            _draw(runs)


def _choose_networks() -> list[Run]:
    listed = resources.runs_to_choose("run", "networks")
    finished = resources.finished_runs(listed)
    of_digits = resources.trained_on_digits(finished)
    runs = predictions.choose_networks(finished, {run.id for run in of_digits}) if finished else []
    if not of_digits:
        _train([run for run in listed if run.in_progress])
    return runs


@st.fragment
@errors_shown()  # an error in a fragment does not reach those of the page
def _draw(runs: Sequence[Run]) -> None:
    """A fragment, so that a stroke does not run the whole page, which looks through thousands of runs."""
    left, right = st.columns([2, 3], gap="large")
    answer = right.container(key="draw-answer")
    digit = digit_input.from_canvas()

    def show_input() -> Picture | None:
        with left, errors_shown():
            return digit_input.show()
        return None

    with right, errors_shown():
        try:
            if digit is None:
                _read_picture(show_input(), runs, answer)
            else:
                _read_drawing(digit, runs, answer, show_input)
        except DigitLabError:
            if len(resources.finished_runs(resources.store().runs.get_all([run.id for run in runs]))) < len(runs):
                st.rerun()  # a network is gone, deleted in another tab or not shared any more: the page leaves it out
            raise


def _read_drawing(
    digit: DigitInput, runs: Sequence[Run], answer: DeltaGenerator, show_input: Callable[[], object]
) -> None:
    data_set, of_digits = resources.drawing_data_set(), resources.trained_on_digits(runs)
    # A stroke is on the canvas already, so its answer comes first: the browser would be busy for 20 ms, a third of the
    # time to the answer, with controls that have not changed. After Undo and Clear the canvas comes first.
    answer_first = drawing_canvas.only_grew()
    if not answer_first:
        show_input()
    try:
        read = reading.read(digit, of_digits, data_set, answer)
    except DigitLabError:
        if answer_first:
            show_input()
        raise
    if answer_first:
        show_input()
    _say_what_reads(runs, of_digits)
    normalisation.switches()
    reading.explain(read, data_set)
    loaded = [run.id for run in of_digits]
    if read is None and st.session_state.get("loaded-networks") != loaded:
        # What the first drawing would wait for.
        predictions.predict(of_digits, data_set, np.zeros((28, 28), np.uint8))
        st.session_state["loaded-networks"] = loaded


def _read_picture(picture: Picture | None, runs: Sequence[Run], answer: DeltaGenerator) -> None:
    data_set, of_digits = resources.drawing_data_set(), resources.trained_on_digits(runs)
    if picture and runs and runs[0] not in of_digits:
        same = [run for run in runs if run.data_set == runs[0].data_set]
        _leave_out([run for run in runs if run not in same], f"not trained on {escape_markdown(runs[0].data_set)}")
        with answer:
            plain_picture.show(picture, same)
        return
    _say_what_reads(runs, of_digits)
    if picture is None:
        answer.info("Give a picture on the left; its digits are read here.", icon=":material/image:")
        return
    photo = picture_input.find_digits(picture, photo_steps.switches(), *predictions.confidence(of_digits, data_set))
    if not photo.digits:
        answer.warning(
            f"There is no digit to be seen in {picture.name}. Draw a box around it, switch steps off, or take a "
            "picture with more contrast.",
            icon=":material/image_search:",
        )
        photo_steps.show(picture.colours(), photo)
        return
    digits = [DigitInput(digit, None) for digit in photo.digits]
    digit = digits[0]
    if len(digits) > 1:
        label = f"{len(digits)} digits, from the left, row by row"
        number = st.segmented_control(
            label, range(len(digits)), default=0, format_func=lambda n: str(n + 1), key="part"
        )
        digit = digits[number or 0]
        parts = [part.follow(*normalisation.switched_on()) for part in digits]
        images = [part.image for part in parts if part is not None]
        row = predictions.first_predictions(of_digits, data_set, np.stack(images)) if images else []
        answers = " ".join(str(prediction.digit) if prediction.sure else "?" for prediction in row)
        answer.markdown(f"Read: **{answers}**")
    normalisation.switches()
    read = reading.read(digit, of_digits, data_set, answer)
    reading.explain(read, data_set, lambda: photo_steps.show(picture.colours(), photo))


def _say_what_reads(runs: Sequence[Run], of_digits: Sequence[Run]) -> None:
    """Say which of the chosen networks do not read digits, and with which digits neighbours do."""
    _leave_out([run for run in runs if run not in of_digits], "not trained on digits")
    data_set = resources.drawing_data_set()
    if not resources.works_on(data_set.name):
        st.caption(
            f"K nearest neighbours read with the digits of {escape_markdown(data_set.name)}: the chosen data "
            "set holds none. "
            "For a network that was trained on it, choose that network first and upload a picture."
        )


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
