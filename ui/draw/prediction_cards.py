"""The verdict on a drawing, and the judges side by side."""

import html
from collections.abc import Sequence

import streamlit as st

from mnist_core.data import Digits
from mnist_core.drawing.rejection import UnreadableReason
from mnist_core.figures.theme import ANSWER, OTHER
from mnist_core.knn.votes import Neighbours
from ui.components import digit_images
from ui.draw.predictions import Prediction

HINTS: dict[UnreadableReason, str] = {
    "blank": "The canvas is blank. Draw a digit in the black square.",
    "tiny": "This is too small to be a digit. Draw it larger.",
    "several": "These look like several digits or loose strokes. Draw one digit at a time, its strokes close together.",
}
_UNSURE = "I don't know: this is unlike any digit. Draw one digit, or look at what the judges would guess."
_CARD = "flex:1 1 210px;max-width:340px;border:1px solid color-mix(in srgb,currentColor 25%,transparent);"
_HEIGHT = 56
"""Pixels of a bar for a share of 1."""


def hint(shape: UnreadableReason) -> None:
    st.info(HINTS[shape], icon=":material/draw:")


def show_answer(opinions: Sequence[Prediction]) -> None:
    """The first judge's answer, and how many others give the same."""
    first = opinions[0]
    knows = [opinion.judge for opinion in opinions if opinion.trained_on_it]
    if knows:
        st.warning(
            f"Trained on this very drawing: {', '.join(knows)}. That it is read says nothing of other drawings.",
            icon=":material/school:",
        )
    if not first.sure:
        st.warning(_UNSURE, icon=":material/help:")
        return
    same = sum(opinion.answer == first.answer for opinion in opinions)
    agreement = ""
    if len(opinions) > 1:
        agreement = "All judges agree." if same == len(opinions) else f"{same} of {len(opinions)} judges say so."
    others = [f"{opinion.judge}: {opinion.answer}" for opinion in opinions[1:] if opinion.answer != first.answer]
    st.html(
        '<div role="status" style="display:flex;align-items:center;gap:18px">'
        f'<span class="verdict" style="font-size:3.2rem;font-weight:700;line-height:1">{first.digit}</span>'
        f"<span>{html.escape(first.judge)} is {first.shares.max():.0%} sure. {agreement}"
        f"{html.escape(' ' + ', '.join(others) + '.') if others else ''}</span></div>"
    )


def side_by_side(opinions: Sequence[Prediction]) -> None:
    """A card a judge: its answer, its ten shares, and the share from which it is sure."""
    first, *others = opinions
    marks = ("&#10003; agrees with the first", "&#8800; another answer than the first")
    cards = _card(first, "") + "".join(_card(opinion, marks[opinion.answer != first.answer]) for opinion in others)
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:12px">{cards}</div>')


def nearest(neighbours: Neighbours, reference: Digits) -> None:
    st.caption("The nearest training images, nearest first, with their labels.")
    found = reference.take(neighbours.indices[0])
    digit_images.show(found.images, [str(label) for label in found.labels], width=56)


def _card(opinion: Prediction, mark: str) -> str:
    bars = "".join(_bar(digit, share, digit == opinion.digit) for digit, share in enumerate(opinion.shares.tolist()))
    line = ""
    if opinion.least is not None:
        line = (
            f'<div title="sure from {opinion.least:.0%}" style="position:absolute;left:0;right:0;'
            f'bottom:{18 + opinion.least * _HEIGHT:.0f}px;border-top:1px dashed currentColor;opacity:0.6"></div>'
        )
    return (
        f'<figure class="judge" style="{_CARD}margin:0;border-radius:8px;padding:10px 12px">'
        f'<div style="font-weight:600;overflow-wrap:anywhere">{html.escape(opinion.judge)}</div>'
        '<div style="display:flex;align-items:baseline;gap:10px;flex-wrap:wrap">'
        f'<span class="answer" style="font-size:1.8rem;font-weight:700">{opinion.answer}</span>'
        f'<span style="font-size:0.8rem;opacity:0.8">{mark}</span></div>'
        f'<div style="position:relative;display:flex;gap:3px;align-items:flex-end">{bars}{line}</div>'
        f'<figcaption style="font-size:0.75rem;opacity:0.8;margin-top:4px">{html.escape(opinion.rule)}.</figcaption>'
        "</figure>"
    )


def _bar(digit: int, share: float, largest: bool) -> str:
    number = f"{100 * share:.0f}" if share >= 0.005 else ""
    return (
        f'<div title="{digit}: {share:.1%}" style="flex:1;text-align:center;font-size:0.75rem">{number}'
        f'<div style="height:{max(share * _HEIGHT, 1):.1f}px;background:{ANSWER if largest else OTHER};'
        f'border-radius:2px 2px 0 0"></div><div style="height:18px">{digit}</div></div>'
    )
