"""Where a model errs: what is read as what, the very images of a cell, each digit's numbers, and those worth a look."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from mnist_core import figures
from mnist_core.evaluation.score import per_class_scores
from mnist_core.formatting import percent
from ui import query_params
from ui.evaluate import misread_images
from ui.evaluate.selection import LabelledPredictions, Selection
from ui.evaluate.test_set import predictions_or_hint

WAYS = {
    "Confidently wrong": "Misread, the surest answers first.",
    "Least certain": "The two most probable digits are nearly as probable as each other.",
    "Suspected labels": (
        "The label itself may be wrong: the model is about as sure of another digit as it is of images that bear it. "
        "Look and judge for yourself (confident learning)."
    ),
}


def show(subject: Selection) -> None:
    reading = predictions_or_hint(subject)
    if reading is None:
        return
    left, right = st.columns([5, 4], gap="medium")
    with left:
        st.markdown(
            f"{(~reading.predictions.correct).sum():,} of {len(reading.digits):,} {reading.name} are misread. "
            "Click a cell to see its images."
        )
        shares = st.toggle("Shares instead of counts", key="shares", persist_state="session")
        cell = _matrix(reading, shares)
    with right:
        if cell is not None:
            _cell(subject, reading, *cell)
        with st.expander("Each digit", expanded=cell is None):
            _per_digit(reading)
    _worth_a_look(subject, reading)


def _cell(subject: Selection, reading: LabelledPredictions, label: int, answer: int) -> None:
    found = reading.predictions.confused(label, answer)
    how = "read correctly" if label == answer else f"read as {answer}"
    st.markdown(f"**{label} {how}: {'1 image' if len(found) == 1 else f'{len(found):,} images'}**")
    with st.container(height=430, border=False):
        misread_images.show(subject, reading, found, key=f"cell-{label}-{answer}")


def _matrix(reading: LabelledPredictions, shares: bool) -> tuple[int, int] | None:
    """Show the confusion matrix; the label and the answer of the chosen cell, whatever else is chosen."""
    cell: tuple[int, int] | None = st.session_state.get("cell")

    def choose() -> None:
        """Take the cell that was clicked, or none where it was chosen already."""
        if points := st.session_state["confusion-cells"]["selection"]["points"]:
            clicked = int(points[0]["y"]), int(points[0]["x"])
            st.session_state["cell"] = None if clicked == cell else clicked

    # A chart with another frame is a new one: its first click is always news.
    st.plotly_chart(
        figures.confusion_matrix(reading.predictions.confusion, shares=shares, framed=cell),
        key="confusion-cells",
        on_select=choose,
        selection_mode="points",
        alt="How often each digit was read as each other; click a cell to see its images",
        # Two cells clicked within half a second would be a double click, which clears the selection.
        config={"displayModeBar": False, "doubleClickDelay": 0},
    )
    return cell


def _per_digit(reading: LabelledPredictions) -> None:
    found = per_class_scores(reading.predictions.predicted, reading.predictions.labels)
    shown = pd.DataFrame(
        {
            "Digit": range(10),
            "Precision": _percents(found.precision, found.support),
            "Recall": _percents(found.recall, found.support),
            "F1": _percents(found.f1, found.support),
            "Images": found.support,
        }
    )
    st.dataframe(shown, hide_index=True, height=388, row_height=35, alt="Precision, recall and F1 of each digit")
    with st.popover("What are these?", icon=":material/help:"):
        st.markdown(
            r"Precision: of the answers *7*, how many are a 7. Recall: of the 7s, how many are answered *7*. F1 is "
            r"their harmonic mean, $F_1 = \frac{2PR}{P + R}$."
        )


def _percents(shares: NDArray[np.float64], images: NDArray[np.int64]) -> list[str]:
    """Nothing for a digit of which there are no images."""
    return [percent(share if count else None) for share, count in zip(shares, images, strict=True)]


def _worth_a_look(subject: Selection, reading: LabelledPredictions) -> None:
    with query_params.checked(["look"]):
        way = st.segmented_control(
            "Show", list(WAYS), required=True, default="Confidently wrong", key="look", bind="query-params"
        )
    predictions = reading.predictions
    found: NDArray[np.int64] = {
        "Confidently wrong": predictions.confidently_wrong,
        "Least certain": predictions.least_certain,
        "Suspected labels": predictions.suspected_labels,
    }[way]()
    st.caption(WAYS[way])
    misread_images.show(subject, reading, found, key=way)
