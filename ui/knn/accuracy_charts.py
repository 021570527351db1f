"""The views of a study: accuracy over k, over grids and over references, and what is misread."""

import math

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import Digits, Identity
from mnist_core.evaluation.score import confusion_matrix
from mnist_core.figures.evaluation import confusion_heatmap
from mnist_core.figures.knn import accuracy_over_grids, accuracy_over_k, accuracy_over_references
from mnist_core.formatting import percent
from mnist_core.knn import study
from ui.components import csv_button, digit_images, static_chart
from ui.knn.settings import KNNSelection
from ui.knn_measurements import Accuracies
from ui.text import with_article

MOST_SHOWN = 60


def over_k(selection: KNNSelection, accuracies: Accuracies) -> None:
    """One curve a grid, with the current one and its k marked."""
    shown = [setting for setting in study.k_curve_settings(selection.setting) if setting in accuracies]
    curves = {setting.grid.name: accuracies[setting].tolist() for setting in shown}
    figure = accuracy_over_k(curves, selection.setting.grid.name, selection.k)
    static_chart.show(figure, key="over-k", alt="Validation accuracy over k")
    csv_button.csv_button(
        pd.DataFrame({"k": range(1, study.MAX_K + 1), **curves}), "accuracy-over-k", selection.data_set.name
    )


def over_grids(selection: KNNSelection, accuracies: Accuracies) -> None:
    """A table of grids, with the current one and the best framed."""
    settings = study.grid_settings(selection.setting)
    sides = [(setting.grid.rows, setting.grid.columns) for setting in settings]
    shares = np.array([accuracies[s][selection.k - 1] if s in accuracies else np.nan for s in settings])
    best = sides[int(np.nanargmax(shares))]
    st.markdown(f"The best grid for k = {selection.k} is **{best[0]} x {best[1]}** with {percent(np.nanmax(shares))}.")
    here = (selection.setting.grid.rows, selection.setting.grid.columns)
    rows, columns = study.grid_sides(selection.setting)
    figure = accuracy_over_grids(rows, columns, shares.reshape(len(rows), -1), here, best)
    static_chart.show(figure, key="over-grids", alt="Validation accuracy over rows and columns of blocks")
    table = pd.DataFrame(sides, columns=["rows", "columns"]).assign(accuracy=shares)
    csv_button.csv_button(table, "accuracy-over-grids", selection.data_set.name)


def over_references(selection: KNNSelection, accuracies: Accuracies, references: Digits) -> None:
    """The learning curve at the current grid and k."""
    current, curve = selection.setting, study.learning_curve_settings(selection.setting, references)
    counts = {
        setting: study.reference_count(setting, references)
        for setting in sorted({*curve, current}, key=lambda setting: setting.per_digit or math.inf)
        if setting in accuracies
    }
    shares = [float(accuracies[setting][selection.k - 1]) for setting in counts]
    figure = accuracy_over_references(list(counts.values()), shares, counts[current])
    static_chart.show(figure, key="over-references", alt="Validation accuracy over the number of references")
    table = pd.DataFrame({"references": counts.values(), "accuracy": shares})
    csv_button.csv_button(table, "accuracy-over-references", selection.data_set.name)


def misread(answers: NDArray[np.uint8], validation: Digits, seconds: float, identity: Identity) -> None:
    """The confusion matrix and the misread images for `answers` (n,) to the n validation images."""
    confusion = confusion_matrix(answers, validation.labels, len(identity.class_names))
    wrong = np.flatnonzero(answers != validation.labels)
    st.markdown(
        f"{len(wrong):,} of {len(validation):,} are misread. "
        f"Reading took {1e3 * seconds / len(validation):.3f} ms {with_article(identity.item)}, features and search "
        f"for k up to {study.MAX_K} together."
    )
    names = identity.class_names
    static_chart.show(
        confusion_heatmap(confusion, names),
        key="confusion",
        alt=f"How often each {identity.category} was read as each other",
    )
    shown_counts = confusion[: len(names), : len(names)]
    counts = pd.DataFrame(shown_counts, columns=[f"read as {name}" for name in names])
    counts.insert(0, "label", names)
    csv_button.csv_button(counts, "confusion", identity.name)
    shown = wrong[:MOST_SHOWN]
    which = f"The first {len(shown)}" if len(wrong) > len(shown) else "All"
    st.markdown(f"**{which} that are misread**")
    captions = [f"{names[validation.labels[i]]} read as {names[answers[i]]}" for i in shown]
    digit_images.show(validation.images[shown], captions, width=84)
