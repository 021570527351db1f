"""Say what a drawing was: it is kept among My digits with the answers that it got."""

import zlib

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.drawing.pen import Strokes
from mnist_core.store import Answer
from ui import resources
from ui.draw.digit_input import DigitInput
from ui.draw.predictions import Prediction


def offer(subject: DigitInput, opinions: list[Prediction]) -> None:
    """Ten buttons, one of which says what the drawing was; another one corrects it."""
    # As all steps make it, whichever are switched off at the moment.
    image = subject.image
    key = f"was-{zlib.crc32(image.tobytes())}"
    st.pills(
        "What was it? It is kept in My digits.",
        range(10),
        key=key,
        wrap=True,
        on_change=_keep,
        args=(key, image, subject.strokes, [_answer(opinion) for opinion in opinions]),
    )
    said = st.session_state.pop("kept", None)
    if isinstance(said, DigitLabError):
        raise said
    if said is not None:
        st.toast(f"Kept as {said} in My digits.", icon=":material/check:")


def _keep(key: str, image: NDArray[np.uint8], strokes: Strokes | None, answers: list[Answer]) -> None:
    """Once for each press; what comes of it is said when the page runs."""
    label = st.session_state[key]
    if label is None:
        return
    try:
        st.session_state["kept"] = resources.store().digits.add(label, image, strokes, answers).label
    except DigitLabError as error:
        st.session_state["kept"] = error


def _answer(opinion: Prediction) -> Answer:
    return {
        "judge": opinion.judge,
        "run": opinion.run.id if opinion.run else None,
        "digit": opinion.digit if opinion.sure else None,
        "probability": float(opinion.shares.max()),
    }
