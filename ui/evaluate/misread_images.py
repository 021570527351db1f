"""Images with the probabilities that a model gives each class, and the training images nearest to each."""

import html
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import Digits
from mnist_core.evaluation.classifier import KNNClassifier
from mnist_core.figures.png import data_url
from ui import predictors
from ui.components import probability_bars
from ui.evaluate.selection import LabelledPredictions, Selection

_PER_PAGE = 12
_NEAREST = 4
_STYLES = Path(__file__).with_suffix(".css")


def show(selection: Selection, labelled: LabelledPredictions, indices: NDArray[np.int64], key: str) -> None:
    """Show the images with these indices, a page at a time."""
    if len(indices) == 0:
        st.info("There are no such images.", icon=":material/check:")
        return
    pages = -(-len(indices) // _PER_PAGE)
    page = 1 if pages == 1 else int(st.pagination(pages, key=f"page-{key}"))
    first = _PER_PAGE * (page - 1)
    shown = indices[first : first + _PER_PAGE]
    classifier = selection.model.classifier
    if isinstance(classifier, KNNClassifier):
        knn = classifier.knn
        description = f"the nearest of its references, by their {classifier.setting.grid.name} blocks"
    else:  # a network has no neighbours of its own
        knn = predictors.drawing_knn(selection.data_set)
        description = "the nearest training images by their ink in 14 x 14 blocks"
    which = "0 to 9" if labelled.identity.of_digits else "the classes"
    st.caption(
        f"{first + 1:,} to {first + len(shown):,} of {len(indices):,}. Bars are the probabilities of {which}; the "
        f"small images are {description}."
    )
    nearest = knn.find_neighbours(labelled.digits.images[shown], knn.at_most(_NEAREST))
    cards = "".join(
        _card(labelled, int(index), knn.reference.take(neighbours))
        for index, neighbours in zip(shown, nearest.indices, strict=True)
    )
    st.html(probability_bars.STYLES)
    st.html(_STYLES)
    st.html(f'<div class="misread-images">{cards}</div>')


def _card(labelled: LabelledPredictions, index: int, neighbours: Digits) -> str:
    probabilities = labelled.predictions.probabilities[index]
    label, answer = int(labelled.digits.labels[index]), int(labelled.predictions.predicted[index])
    names = labelled.identity.class_names
    shown, answered = html.escape(names[label]), html.escape(names[answer])
    correct = "&#10003; right" if label == answer else "&#8800; wrong"
    nearest = "".join(
        f'<img src="{data_url(image)}" alt="training image, labelled {name}" title="labelled {name}">'
        for image, name in zip(neighbours.images, (html.escape(names[n]) for n in neighbours.labels), strict=True)
    )
    bars = probability_bars.markup(probabilities.tolist(), class_names=names)
    return (
        f'<figure class="misread-image"><img src="{data_url(labelled.digits.images[index])}" '
        f'alt="Image {index:,}, labelled {shown}, read as {answered}">'
        f"<figcaption>label <b>{shown}</b><br>read <b>{answered}</b><br>"
        f"{100 * probabilities[answer]:.0f} % sure<br>{correct}</figcaption>"
        f'{bars}<div class="nearest">{nearest}</div></figure>'
    )
