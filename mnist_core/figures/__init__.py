"""Plotly figures from plain data, in one theme."""

from mnist_core.figures.digit_charts import (
    counts_per_digit,
    histogram_with_marker,
    pixel_heatmap,
    probability_bands,
    votes_per_digit,
)
from mnist_core.figures.evaluation import accuracy_intervals, confusion_matrix, reliability_diagram, risk_coverage
from mnist_core.figures.neighbours import (
    accuracy_over_grids,
    accuracy_over_k,
    accuracy_over_references,
    distance_share_heatmap,
)
from mnist_core.figures.network_diagram import network_diagram
from mnist_core.figures.png import data_url
from mnist_core.figures.repeats import learning_curve, seed_variance
from mnist_core.figures.representation import projection_scatter, signed_colours
from mnist_core.figures.robustness import accuracy_over_strength
from mnist_core.figures.run_comparison import Curve, run_curves
from mnist_core.figures.training_curves import (
    SMOOTHING,
    accuracy_figure,
    event_markers,
    learning_rate_figure,
    loss_figure,
    smooth_curve,
    thin_curve,
)

__all__ = [
    "SMOOTHING",
    "Curve",
    "accuracy_figure",
    "accuracy_intervals",
    "accuracy_over_grids",
    "accuracy_over_k",
    "accuracy_over_references",
    "accuracy_over_strength",
    "confusion_matrix",
    "counts_per_digit",
    "data_url",
    "distance_share_heatmap",
    "event_markers",
    "histogram_with_marker",
    "learning_curve",
    "learning_rate_figure",
    "loss_figure",
    "network_diagram",
    "pixel_heatmap",
    "probability_bands",
    "projection_scatter",
    "reliability_diagram",
    "risk_coverage",
    "run_curves",
    "seed_variance",
    "signed_colours",
    "smooth_curve",
    "thin_curve",
    "votes_per_digit",
]
