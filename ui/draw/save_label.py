"""Say what a drawing was: it is kept in My digits with the answers that the models gave."""

import zlib

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.drawing import Strokes
from mnist_core.store import Answer
from ui import resources
from ui.components import drawing_canvas
from ui.draw.digit_input import DigitInput
from ui.draw.predictions import Prediction

_KEY = "drawing-label"


def offer(digit: DigitInput | None, predictions: list[Prediction]) -> None:
    """Ten buttons that say what the drawing was, where there is one; pressing another one corrects it."""
    # The image after all steps, whichever are switched off at the moment.
    image = None if digit is None else digit.image
    checksum = None if image is None else zlib.crc32(image.tobytes())
    if st.session_state.get("labelled-image") != checksum:
        # Not another key for another drawing: the browser would build the buttons anew, which takes it 15 ms.
        st.session_state["labelled-image"], st.session_state[_KEY] = checksum, None
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
        key=_KEY,
        wrap=True,
        disabled=digit is None,
        on_change=_keep,
        args=(image, None if digit is None else digit.strokes, answers),
    )
    outcome = st.session_state.pop("kept", None)
    if isinstance(outcome, DigitLabError):
        raise outcome
    if outcome is not None:
        st.toast(f"Kept as {outcome} in My digits.", icon=":material/check:")


def _keep(image: NDArray[np.uint8], strokes: Strokes | None, answers: list[Answer]) -> None:
    """The callback of a button: what came of it, a label or an error, is shown when the page runs."""
    label = st.session_state[_KEY]
    if label is None:
        return
    if strokes is not None and strokes != drawing_canvas.current_strokes():
        # Pressed in the moment before the answer to a new stroke: the label is not of that older drawing.
        st.session_state["kept"] = DigitLabError("The drawing has changed in that moment. Say once more what it was.")
        return
    try:
        st.session_state["kept"] = resources.store().digits.add(label, image, strokes, answers).label
    except DigitLabError as error:
        st.session_state["kept"] = error
