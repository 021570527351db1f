"""Plotly figures from plain data, in one look."""

from mnist_core.figures.compare import Curve, curves_of_runs
from mnist_core.figures.course import accuracy_figure, loss_figure, marked, rate_figure, smooth, thin
from mnist_core.figures.digits import bands, counts_per_digit, pixels, placed, votes_per_digit
from mnist_core.figures.neighbours import (
    accuracy_over_grids,
    accuracy_over_k,
    accuracy_over_references,
    confusion,
    distance_shares,
)
from mnist_core.figures.network import network

__all__ = [
    "Curve",
    "accuracy_figure",
    "accuracy_over_grids",
    "accuracy_over_k",
    "accuracy_over_references",
    "bands",
    "confusion",
    "counts_per_digit",
    "curves_of_runs",
    "distance_shares",
    "loss_figure",
    "marked",
    "network",
    "pixels",
    "placed",
    "rate_figure",
    "smooth",
    "thin",
    "votes_per_digit",
]
