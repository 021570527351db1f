"""Say what a drawing was: it is kept in My digits with the answers that the models gave."""

import zlib

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.drawing import Strokes
from mnist_core.store import Answer
from ui import resources
from ui.draw.digit_input import DigitInput
from ui.draw.predictions import Prediction


def offer(digit: DigitInput, predictions: list[Prediction]) -> None:
    """Ten buttons that say what the drawing was; pressing another one corrects it."""
    # The image after all steps, whichever are switched off at the moment.
    image = digit.image
    key = f"was-{zlib.crc32(image.tobytes())}"
    answers: list[Answer] = [
        {
            "judge": prediction.model,
            "run": prediction.run.id if prediction.run else None,
            "digit": prediction.digit if prediction.sure else None,
            "probability": float(prediction.probabilities.max()),
        }
        for prediction in predictions
    ]
    st.pills(
        "What was it? It is kept in My digits.",
        range(10),
        key=key,
        wrap=True,
        on_change=_keep,
        args=(key, image, digit.strokes, answers),
    )
    outcome = st.session_state.pop("kept", None)
    if isinstance(outcome, DigitLabError):
        raise outcome
    if outcome is not None:
        st.toast(f"Kept as {outcome} in My digits.", icon=":material/check:")


def _keep(key: str, image: NDArray[np.uint8], strokes: Strokes | None, answers: list[Answer]) -> None:
    """The callback of a button: what came of it, a label or an error, is shown when the page runs."""
    label = st.session_state[key]
    if label is None:
        return
    try:
        st.session_state["kept"] = resources.store().digits.add(label, image, strokes, answers).label
    except DigitLabError as error:
        st.session_state["kept"] = error
