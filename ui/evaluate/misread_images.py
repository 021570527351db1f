"""Images with the probabilities that a model gives each digit, and the training images nearest to each."""

import html

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import figures
from mnist_core.evaluation.classifier import KNNClassifier
from mnist_core.figures.theme import OTHER, PREDICTED
from mnist_core.knn.classifier import KNN
from ui import predictors
from ui.evaluate.labelled_predictions import LabelledPredictions
from ui.evaluate.selection import Selection

_PER_PAGE = 12
_NEAREST = 4
_HEIGHT = 34
"""Pixels of a bar for a probability of 1."""


def show(selection: Selection, labelled: LabelledPredictions, indices: NDArray[np.int64], key: str) -> None:
    """Show the images with these indices, a page at a time."""
    if len(indices) == 0:
        st.info("There are no such images.", icon=":material/check:")
        return
    pages = -(-len(indices) // _PER_PAGE)
    page = 1 if pages == 1 else int(st.pagination(pages, key=f"page-{key}"))
    knn, description = _neighbour_search(selection)
    shown = indices[_PER_PAGE * (page - 1) : _PER_PAGE * page]
    st.caption(
        f"{_PER_PAGE * (page - 1) + 1:,} to {_PER_PAGE * (page - 1) + len(shown):,} of {len(indices):,}. Bars are the "
        f"probabilities of 0 to 9; the small images are {description}."
    )
    images = labelled.digits.images[shown]
    nearest = knn.neighbours(images, _NEAREST)
    cards = "".join(
        _card(labelled, int(index), knn.reference.images[near], labels.tolist())
        for index, near, labels in zip(shown, nearest.indices, nearest.labels, strict=True)
    )
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:10px">{cards}</div>')


def _neighbour_search(selection: Selection) -> tuple[KNN, str]:
    """What finds the nearest images, and their description: K nearest neighbours have their own, a network has none."""
    classifier = selection.model.classifier
    if isinstance(classifier, KNNClassifier):
        return classifier.knn, f"the nearest of its references, by their {classifier.setting.grid.name} blocks"
    return predictors.drawing_knn(selection.data_set), "the nearest training images by their ink in 14 x 14 blocks"


def _card(labelled: LabelledPredictions, index: int, near: NDArray[np.uint8], near_labels: list[int]) -> str:
    probabilities = labelled.predictions.probabilities[index]
    label, answer = int(labelled.digits.labels[index]), int(labelled.predictions.predicted[index])
    verdict = "&#10003; right" if label == answer else "&#8800; wrong"
    bars = "".join(_bar(digit, float(share), digit == answer) for digit, share in enumerate(probabilities))
    name = f"Image {index:,}, labelled {label}, read as {answer}"
    neighbours = "".join(
        f'<img src="{figures.data_url(image)}" alt="training image, labelled {of}" title="labelled {of}" '
        'style="width:30px;image-rendering:pixelated;border-radius:3px">'
        for image, of in zip(near, near_labels, strict=True)
    )
    return (
        '<figure class="read" style="width:164px;margin:0;padding:8px;border-radius:8px;'
        'border:1px solid color-mix(in srgb,currentColor 25%,transparent)">'
        f'<img src="{figures.data_url(labelled.digits.images[index])}" alt="{html.escape(name)}" '
        'style="width:84px;image-rendering:pixelated;border-radius:4px;float:left;margin-right:8px">'
        f'<figcaption style="font-size:0.8rem;line-height:1.35">label <b>{label}</b><br>read <b>{answer}</b><br>'
        f"{100 * probabilities[answer]:.0f} % sure<br>{verdict}</figcaption>"
        f'<div style="clear:both;display:flex;gap:2px;align-items:flex-end;height:{_HEIGHT + 22}px">{bars}</div>'
        f'<div style="display:flex;gap:4px">{neighbours}</div></figure>'
    )


def _bar(digit: int, share: float, largest: bool) -> str:
    return (
        f'<div title="{digit}: {share:.1%}" style="flex:1;text-align:center;font-size:0.65rem">'
        f'<div style="height:{max(share * _HEIGHT, 1):.1f}px;background:{PREDICTED if largest else OTHER};'
        f'border-radius:2px 2px 0 0"></div>{digit}</div>'
    )
