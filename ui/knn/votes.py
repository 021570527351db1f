"""Votes: the k nearest references, their tally and the answer; the ones that misled it where it is wrong."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from mnist_core.figures.digit_charts import votes_per_class
from mnist_core.figures.theme import DIGITS
from mnist_core.knn.votes import NearestNeighbours
from ui import predictors
from ui.components import csv_button, digit_images, static_chart
from ui.knn import settings
from ui.knn.settings import KNNSelection
from ui.text import escape_markdown

_WORDS = dict(
    zip(DIGITS, ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), strict=True)
)
"""How digits are written where numbers stand beside them."""


def show(selection: KNNSelection) -> None:
    unknown, setting = selection.unknown, selection.setting
    if unknown is None:
        settings.needs_drawing()
        return
    names, category = selection.data_set.class_names, selection.data_set.identity.category
    knn = predictors.sample_knn(selection.data_set, setting.per_digit, setting.grid)
    if unknown.training_index is None:
        neighbours = knn.find_neighbours(unknown.image[None], knn.at_most(selection.k))
    else:
        neighbours = predictors.neighbours_of_training_image(
            knn, selection.data_set, setting.per_digit, unknown.training_index, selection.k
        )
    votes, answer = neighbours.votes()[0].tolist(), int(neighbours.predictions()[0, -1])
    left, right = st.columns([1, 2], gap="large")
    with left:
        digit_images.show(unknown.image[None], [unknown.name], width=110)
        st.metric("Answer", escape_markdown(names[answer]))
        if unknown.label is not None and answer == unknown.label:
            st.badge("Right", icon=":material/check:", color="green")
        elif unknown.label is not None:
            st.badge(
                f"Wrong: the label is {unknown.label}" if category == "digit" else "Wrong",
                icon=":material/close:",
                color="red",
            )
        st.markdown(f"{tally(votes, names)}.{tie(neighbours, answer, names)}")
    with right:
        static_chart.show(
            votes_per_class(votes, names, category.capitalize()), key="tally", alt=f"Votes for each {category}"
        )
    nearest, labels = knn.reference.take(neighbours.indices[0]), neighbours.labels[0]
    distances, named = neighbours.distances[0], [names[label] for label in labels]
    captions = [f"{name} at {distance:.1f}" for name, distance in zip(named, distances, strict=True)]
    st.markdown(
        f"**The {len(named)} nearest of {len(knn.reference):,} references, nearest first, with label and distance**"
    )
    digit_images.show(nearest.images, captions)
    if unknown.label is not None and answer != unknown.label:
        misled = np.flatnonzero(labels == answer)
        st.markdown(f"**Misled by these {len(misled)}, which look like {escape_markdown(unknown.name)} to the grid**")
        digit_images.show(nearest.images[misled], [captions[place] for place in misled])
    with st.expander("Ties"):
        st.markdown(
            "Of two references at the same distance, the one that comes first in the training images is nearer. "
            f"Of two {'digits' if selection.data_set.identity.of_digits else 'classes'} with the same votes, the one "
            "whose nearest neighbour is nearer wins. "
            "A training image is not counted among its own neighbours."
        )
    table = {"place": range(1, len(named) + 1), "label": named, "distance": distances}
    csv_button.csv_button(pd.DataFrame(table), "neighbours", selection.data_set.name)


def tally(votes: list[int], names: Sequence[str]) -> str:
    """The votes in words, most first: `8 for six, 2 for eight, 1 for nine`."""
    by_votes = sorted((label for label in range(len(votes)) if votes[label]), key=lambda label: -votes[label])
    return ", ".join(f"{votes[label]} for {_word(names[label])}" for label in by_votes)


def _word(name: str) -> str:
    return _WORDS.get(name) or escape_markdown(name)


def tie(neighbours: NearestNeighbours, answer: int, names: Sequence[str]) -> str:
    """What decided where several classes have the most votes, with a space in front; otherwise nothing."""
    votes = neighbours.votes()[0]
    tied = [_word(names[label]) for label in np.flatnonzero(votes == votes.max()).tolist()]
    if len(tied) == 1:
        return ""
    return f" A tie of {' and '.join(tied)}: {_word(names[answer])} has the nearer neighbour, so it wins."
