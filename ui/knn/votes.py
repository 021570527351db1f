"""Votes: the k nearest references, their tally and the answer; the ones that misled it where it is wrong."""

import numpy as np
import pandas as pd
import streamlit as st

from mnist_core.figures.digit_charts import votes_per_digit
from mnist_core.knn.votes import NearestNeighbours
from ui import predictors
from ui.components import csv_button, digit_images, static_chart
from ui.knn import settings
from ui.knn.settings import KNNSelection

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def show(selection: KNNSelection) -> None:
    unknown, setting = selection.unknown, selection.setting
    if unknown is None:
        settings.needs_drawing()
        return
    knn = predictors.sample_knn(selection.data_set, setting.per_digit, setting.grid)
    if unknown.training_index is None:
        neighbours = knn.find_neighbours(unknown.image[None], selection.k)
    else:
        neighbours = predictors.neighbours_of_training_image(
            knn, selection.data_set, setting.per_digit, unknown.training_index, selection.k
        )
    votes, answer = neighbours.votes()[0].tolist(), int(neighbours.predictions()[0, -1])
    left, right = st.columns([1, 2], gap="large")
    with left:
        digit_images.show(unknown.image[None], [unknown.name], width=110)
        st.metric("Answer", answer)
        if unknown.label is not None and answer == unknown.label:
            st.badge("Right", icon=":material/check:", color="green")
        elif unknown.label is not None:
            st.badge(f"Wrong: the label is {unknown.label}", icon=":material/close:", color="red")
        st.markdown(f"{tally(votes)}.{tie(neighbours, answer)}")
    with right:
        static_chart.show(votes_per_digit(votes), key="tally", alt="Votes for each digit")
    nearest, labels = knn.reference.take(neighbours.indices[0]), neighbours.labels[0]
    captions = [f"{label} at {distance:.1f}" for label, distance in zip(labels, neighbours.distances[0], strict=True)]
    st.markdown(
        f"**The {selection.k} nearest of {len(knn.reference):,} references, nearest first, with label and distance**"
    )
    digit_images.show(nearest.images, captions)
    if unknown.label is not None and answer != unknown.label:
        misled = np.flatnonzero(labels == answer)
        st.markdown(f"**Misled by these {len(misled)}, which look like {unknown.name.lower()} to the grid**")
        digit_images.show(nearest.images[misled], [captions[place] for place in misled])
    with st.expander("Ties"):
        st.markdown(
            "Of two references at the same distance, the one that comes first in the training images is nearer. "
            "Of two digits with the same votes, the one whose nearest neighbour is nearer wins. "
            "A training image is not counted among its own neighbours."
        )
    table = {"place": range(1, selection.k + 1), "label": labels, "distance": neighbours.distances[0]}
    csv_button.csv_button(pd.DataFrame(table), "neighbours")


def tally(votes: list[int]) -> str:
    """The votes in words, most first: `8 for six, 2 for eight, 1 for nine`."""
    digits_by_votes = sorted((digit for digit in range(10) if votes[digit]), key=lambda digit: -votes[digit])
    return ", ".join(f"{votes[digit]} for {_WORDS[digit]}" for digit in digits_by_votes)


def tie(neighbours: NearestNeighbours, answer: int) -> str:
    """What decided where several digits have the most votes, with a space in front; otherwise nothing."""
    votes = neighbours.votes()[0]
    tied = [_WORDS[digit] for digit in np.flatnonzero(votes == votes.max())]
    if len(tied) == 1:
        return ""
    return f" A tie of {' and '.join(tied)}: {_WORDS[answer]} has the nearer neighbour, so it wins."
