"""My digits: the score of every judge on them, browsing, taking away and bringing back, and training on them."""

import streamlit as st

from mnist_core.store import OwnDigit
from pages.shared import loaders
from pages.shared.drawing import browse, carry, more_training, scores
from pages.shared.frame import errors_shown


def show() -> None:
    digits = loaders.store().own_digits()
    if not digits:
        st.info(
            "You have kept no digits yet. Draw one on the first tab and say what it was, or bring some here.",
            icon=":material/draw:",
        )
        carry.bring()
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(f"{_count(digits)} of yours, read by every judge", anchor=False)
        with errors_shown():
            scores.show(digits)
        more_training.offer(digits)
    with right:
        st.subheader("Browse", anchor=False)
        chosen = browse.choose(digits)
        browse.change(chosen)
        carry.take(digits)
        carry.bring()


def _count(digits: list[OwnDigit]) -> str:
    return "1 digit" if len(digits) == 1 else f"{len(digits):,} digits"
