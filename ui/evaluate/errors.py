"""Where a model errs: the confusion matrix, the images of a cell, scores of each digit, and images worth looking at."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from mnist_core import figures
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.score import per_class_scores
from mnist_core.formatting import percent
from ui import query_params
from ui.evaluate import misread_images
from ui.evaluate.labelled_predictions import LabelledPredictions
from ui.evaluate.selection import Selection, predictions_or_hint

_RANKINGS = {
    "Confidently wrong": "Misread, the surest answers first.",
    "Least certain": "The two most probable digits are nearly as probable as each other.",
    "Suspected labels": (
        "The label itself may be wrong: the model is about as sure of another digit as it is of images that bear it. "
        "Look and judge for yourself (confident learning)."
    ),
}


def show(selection: Selection) -> None:
    labelled = predictions_or_hint(selection)
    if labelled is None:
        return
    predictions = labelled.predictions
    left, right = st.columns([5, 4], gap="medium")
    with left:
        st.markdown(
            f"{(~predictions.correct).sum():,} of {len(predictions):,} {labelled.name} are misread. "
            "Click a cell to see its images."
        )
        shares = st.toggle("Shares instead of counts", key="shares", persist_state="session")
        cell = _confusion_matrix(predictions, shares)
    with right:
        if cell is not None:
            _cell(selection, labelled, *cell)
        with st.expander("Each digit", expanded=cell is None):
            _per_digit(predictions)
    _ranked(selection, labelled)


def _cell(selection: Selection, labelled: LabelledPredictions, label: int, answer: int) -> None:
    indices = labelled.predictions.confused(label, answer)
    how = "read correctly" if label == answer else f"read as {answer}"
    st.markdown(f"**{label} {how}: {'1 image' if len(indices) == 1 else f'{len(indices):,} images'}**")
    with st.container(height=430, border=False):
        misread_images.show(selection, labelled, indices, key=f"cell-{label}-{answer}")


def _confusion_matrix(predictions: Predictions, shares: bool) -> tuple[int, int] | None:
    """Show the confusion matrix and return the label and the answer of the chosen cell."""
    cell: tuple[int, int] | None = st.session_state.get("confusion-cell")

    def choose() -> None:
        """Choose the cell that was clicked, or none where it was chosen already."""
        if points := st.session_state["confusion-matrix"]["selection"]["points"]:
            clicked = int(points[0]["y"]), int(points[0]["x"])
            st.session_state["confusion-cell"] = None if clicked == cell else clicked

    # The framed cell is part of the figure, so each choice draws a new chart, on which any cell can be clicked again.
    st.plotly_chart(
        figures.confusion_matrix(predictions.confusion, shares=shares, framed=cell),
        key="confusion-matrix",
        on_select=choose,
        selection_mode="points",
        alt="How often each digit was read as each other; click a cell to see its images",
        # Two cells clicked within half a second would be a double click, which clears the selection.
        config={"displayModeBar": False, "doubleClickDelay": 0},
    )
    return cell


def _per_digit(predictions: Predictions) -> None:
    scores = per_class_scores(predictions.predicted, predictions.labels)
    table = pd.DataFrame(
        {
            "Digit": range(10),
            "Precision": _percents(scores.precision, scores.support),
            "Recall": _percents(scores.recall, scores.support),
            "F1": _percents(scores.f1, scores.support),
            "Images": scores.support,
        }
    )
    st.dataframe(table, hide_index=True, height=388, row_height=35, alt="Precision, recall and F1 of each digit")
    with st.popover("What are these?", icon=":material/help:"):
        st.markdown(
            r"Precision: of the answers *7*, how many are a 7. Recall: of the 7s, how many are answered *7*. F1 is "
            r"their harmonic mean, $F_1 = \frac{2PR}{P + R}$."
        )


def _percents(shares: NDArray[np.float64], support: NDArray[np.int64]) -> list[str]:
    """The shares in words, empty for a digit without images."""
    return [percent(share if count else None) for share, count in zip(shares, support, strict=True)]


def _ranked(selection: Selection, labelled: LabelledPredictions) -> None:
    """Let a person choose a ranking and show its first images."""
    with query_params.checked(["ranking"]):
        ranking = st.segmented_control(
            "Show", list(_RANKINGS), required=True, default="Confidently wrong", key="ranking", bind="query-params"
        )
    predictions = labelled.predictions
    indices = {
        "Confidently wrong": predictions.confidently_wrong,
        "Least certain": predictions.least_certain,
        "Suspected labels": predictions.suspected_labels,
    }[ranking]()
    st.caption(_RANKINGS[ranking])
    misread_images.show(selection, labelled, indices, key=ranking)
