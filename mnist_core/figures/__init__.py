"""Plotly figures from plain data, in one look."""

from mnist_core.figures.compare import Curve, curves_of_runs
from mnist_core.figures.course import SMOOTHING, accuracy_figure, loss_figure, marked, rate_figure, smooth, thin
from mnist_core.figures.digits import bands, counts_per_digit, pixels, placed, votes_per_digit
from mnist_core.figures.evaluation import accuracies, accuracy_over_withheld, confusion, reliability_diagram
from mnist_core.figures.inside import projected, signed_colours
from mnist_core.figures.neighbours import (
    accuracy_over_grids,
    accuracy_over_k,
    accuracy_over_references,
    distance_shares,
)
from mnist_core.figures.network import network
from mnist_core.figures.pictures import data_url
from mnist_core.figures.robustness import accuracy_over_strength
from mnist_core.figures.series import learning_curve, spread

__all__ = [
    "SMOOTHING",
    "Curve",
    "accuracies",
    "accuracy_figure",
    "accuracy_over_grids",
    "accuracy_over_k",
    "accuracy_over_references",
    "accuracy_over_strength",
    "accuracy_over_withheld",
    "bands",
    "confusion",
    "counts_per_digit",
    "curves_of_runs",
    "data_url",
    "distance_shares",
    "learning_curve",
    "loss_figure",
    "marked",
    "network",
    "pixels",
    "placed",
    "projected",
    "rate_figure",
    "reliability_diagram",
    "signed_colours",
    "smooth",
    "spread",
    "thin",
    "votes_per_digit",
]
