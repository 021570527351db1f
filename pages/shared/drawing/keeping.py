"""Say what a drawing was: it is kept among My digits with the answers that it got."""

import zlib

import streamlit as st

from mnist_core.store import Answer
from pages.shared import loaders
from pages.shared.drawing.opinions import Opinion
from pages.shared.drawing.source import Subject


def offer(subject: Subject, opinions: list[Opinion]) -> None:
    """Ten buttons, one of which says what the drawing was; another one corrects it."""
    # As all steps make it, whichever are switched off at the moment.
    image = subject.image()
    drawing = zlib.crc32(image.tobytes())
    label = st.pills("What was it? It is kept in My digits.", range(10), key=f"was-{drawing}", wrap=True)
    # Once, not at each run of the page: the label may have been changed in My digits since.
    if label is None or st.session_state.get("kept") == (drawing, label):
        return
    loaders.store().add_own_digit(label, image, subject.strokes, [_answer(opinion) for opinion in opinions])
    st.session_state["kept"] = (drawing, label)
    st.toast(f"Kept as {label} in My digits.", icon=":material/check:")


def _answer(opinion: Opinion) -> Answer:
    return {
        "judge": opinion.judge,
        "run": opinion.run.id if opinion.run else None,
        "digit": opinion.digit if opinion.sure else None,
        "probability": float(opinion.shares.max()),
    }
