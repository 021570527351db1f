"""Where a model errs: the confusion matrix, the images of a cell, scores of each class, and images worth looking at."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from mnist_core.data import Identity
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.score import per_class_scores
from mnist_core.figures.evaluation import confusion_heatmap
from mnist_core.formatting import percent
from ui import query_params
from ui.components.choices import one_of
from ui.evaluate import misread_images
from ui.evaluate.selection import Selection, predictions_or_hint
from ui.text import escape_markdown, with_article

_CELL = "confusion-cell"
"""Key of the label and the answer of the chosen cell."""
_RANKINGS = {
    "Confidently wrong": ("Misread, the surest answers first.", Predictions.confidently_wrong),
    "Least certain": ("The two most probable answers are nearly as probable as each other.", Predictions.least_certain),
    "Suspected labels": (
        "The label itself may be wrong: the model gives another answer about the probability that it gives to that "
        "answer's own images. Look and decide for yourself (confident learning).",
        Predictions.suspected_labels,
    ),
}


def show(selection: Selection) -> None:
    labelled = predictions_or_hint(selection)
    if labelled is None:
        return
    predictions, identity, names = labelled.predictions, labelled.identity, labelled.identity.class_names
    left, right = st.columns([5, 4], gap="medium")
    with left:
        st.markdown(
            f"{(~predictions.correct).sum():,} of {len(predictions):,} {escape_markdown(labelled.name)} are misread. "
            "Click a cell, or choose it below, to see its images."
        )
        shares = st.toggle("Shares instead of counts", key="shares", persist_state="session")
        cell = _confusion_matrix(predictions, identity, shares)
        _choose_cell(predictions, names)
    with right:
        if cell is not None:
            label, answer = cell
            indices = predictions.confused(label, answer)
            shown, answered = escape_markdown(names[label]), escape_markdown(names[answer])
            how = "read correctly" if label == answer else f"read as {answered}"
            st.markdown(f"**{shown} {how}: {'1 image' if len(indices) == 1 else f'{len(indices):,} images'}**")
            with st.container(height=430, border=False):
                misread_images.show(selection, labelled, indices, key=f"cell-{label}-{answer}")
        with st.expander(f"Each {identity.category}", expanded=cell is None):
            _per_class(predictions, identity)
    with query_params.checked(["ranking"]):
        ranking = one_of("Show", list(_RANKINGS), "ranking", bind="query-params")
    explanation, ranked = _RANKINGS[ranking]
    st.caption(explanation)
    misread_images.show(selection, labelled, ranked(predictions), key=ranking)


def _confusion_matrix(predictions: Predictions, identity: Identity, shares: bool) -> tuple[int, int] | None:
    """Show the confusion matrix and return the label and the answer of the chosen cell."""
    if max(st.session_state.get(_CELL) or (0, 0)) >= len(identity.class_names):
        del st.session_state[_CELL]  # it was chosen for another data set
    cell: tuple[int, int] | None = st.session_state.get(_CELL)

    def choose() -> None:
        if points := st.session_state["confusion-matrix"]["selection"]["points"]:
            clicked = int(points[0]["y"]), int(points[0]["x"])
            st.session_state[_CELL] = None if clicked == cell else clicked

    # The framed cell is part of the figure, so each choice draws a new chart, on which any cell can be clicked again.
    st.plotly_chart(
        confusion_heatmap(predictions.confusion, identity.class_names, shares=shares, framed=cell),
        key="confusion-matrix",
        on_select=choose,
        selection_mode="points",
        alt=f"How often each {identity.category} was read as each other; click a cell to see its images",
        # Two cells clicked within half a second would be a double click, which clears the selection.
        config={"displayModeBar": False, "doubleClickDelay": 0},
    )
    return cell


def _choose_cell(predictions: Predictions, names: Sequence[str]) -> None:
    """What a click on the matrix does, by keyboard; the commonest errors first."""
    cells = sorted(
        np.ndindex(len(names), len(names)), key=lambda cell: (cell[0] == cell[1], -predictions.confusion[cell])
    )
    st.selectbox(
        "Images of one cell",
        cells,
        None,
        key=_CELL,
        format_func=lambda cell: f"{names[cell[0]]} read as {names[cell[1]]}",
        placeholder="The label, and what it was read as",
        persist_state="session",
    )


def _per_class(predictions: Predictions, identity: Identity) -> None:
    names = identity.class_names
    scores = per_class_scores(predictions.predicted, predictions.labels, len(names))
    shares = {"Precision": scores.precision, "Recall": scores.recall, "F1": scores.f1}
    # Empty for a class without images.
    texts = {
        name: [percent(share if n else None) for share, n in zip(values, scores.support, strict=True)]
        for name, values in shares.items()
    }
    table = pd.DataFrame(
        {
            identity.category.capitalize(): range(10) if identity.of_digits else names,
            **texts,
            "Images": scores.support,
        }
    )
    alt = f"Precision, recall and F1 of each {identity.category}"
    st.dataframe(table, hide_index=True, height=38 + 35 * len(names), row_height=35, alt=alt)
    example = escape_markdown(names[min(7, len(names) - 1)])
    with st.popover("What are these?", icon=":material/help:"):
        st.markdown(
            f"Precision: of the answers *{example}*, how many are right. Recall: of the images of "
            f"{with_article(example)}, how many are answered *{example}*. F1 is "
            r"their harmonic mean, $F_1 = \frac{2PR}{P + R}$."
        )
