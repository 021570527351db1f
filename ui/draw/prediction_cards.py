"""The answer to a drawing, and what each model makes of it side by side."""

import html
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from mnist_core.data import Digits
from mnist_core.drawing.rejection import UnreadableReason
from mnist_core.figures.theme import DIGITS
from mnist_core.knn.votes import NearestNeighbours
from ui.components import digit_images, probability_bars
from ui.draw.predictions import Prediction

HINTS: dict[UnreadableReason, str] = {
    "blank": "The canvas is blank. Draw a digit in the black square.",
    "tiny": "This is too small to be a digit. Draw it larger.",
    "several": "These look like several digits or loose strokes. Draw one digit at a time, its strokes close together.",
}
_UNSURE = "I don't know: this is unlike any digit. Draw one digit, or look at what the models would guess."
_UNSURE_OF_PICTURE = "I don't know: this is unlike the images that the model was trained on. See what it would guess."
_AGREES, _DIFFERS = "&#10003; agrees with the first", "&#8800; another answer than the first"
STYLES = (probability_bars.STYLES, Path(__file__).with_suffix(".css"))


def show_answer(predictions: Sequence[Prediction]) -> None:
    """The first model's answer, and how many others give the same."""
    first = predictions[0]
    trained = [prediction.model for prediction in predictions if prediction.trained_on_it]
    if trained:
        st.warning(
            f"Trained on this very drawing: {', '.join(trained)}. That it is read says nothing of other drawings.",
            icon=":material/school:",
        )
    if not first.sure:
        st.warning(_UNSURE if first.class_names == DIGITS else _UNSURE_OF_PICTURE, icon=":material/help:")
        return
    same = sum(prediction.answer == first.answer for prediction in predictions)
    agreement = ""
    if len(predictions) > 1:
        agreement = "All models agree." if same == len(predictions) else f"{same} of {len(predictions)} models say so."
    others = [f"{other.model}: {other.answer}" for other in predictions[1:] if other.answer != first.answer]
    st.html(
        f'<div class="prediction-answer" role="status"><span class="answer">{html.escape(first.name)}</span>'
        f"<span>{html.escape(first.model)} is {first.probabilities.max():.0%} sure. {agreement}"
        f"{html.escape(' ' + ', '.join(others) + '.') if others else ''}</span></div>"
    )


def side_by_side(predictions: Sequence[Prediction]) -> None:
    """A card a model: its answer, its probabilities, and the probability from which it is sure."""
    first, *others = predictions
    cards = [_card(first, ""), *(_card(o, _AGREES if o.answer == first.answer else _DIFFERS) for o in others)]
    st.html(f'<div class="prediction-cards">{"".join(cards)}</div>')


def nearest(neighbours: NearestNeighbours, reference: Digits, class_names: Sequence[str] = DIGITS) -> None:
    st.caption("The nearest training images, nearest first, with their labels.")
    digits = reference.take(neighbours.indices[0])
    digit_images.show(digits.images, [class_names[label] for label in digits.labels], width=56)


def _card(prediction: Prediction, agreement: str) -> str:
    return (
        f'<figure class="prediction-card"><div class="model">{html.escape(prediction.model)}</div>'
        f'<div class="agreement"><span class="answer">{html.escape(prediction.answer)}</span>'
        f"<span>{agreement}</span></div>"
        f"{probability_bars.markup(prediction.probabilities.tolist(), prediction.least, prediction.class_names)}"
        f"<figcaption>{html.escape(prediction.rule)}.</figcaption></figure>"
    )
