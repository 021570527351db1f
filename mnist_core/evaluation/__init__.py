"""How well a network, or K nearest neighbours, reads digits that it has not seen."""

from mnist_core.evaluation.calibration import (
    Bin,
    calibration_error,
    fit_temperature,
    log_loss,
    reliability,
    tempered,
    withheld,
)
from mnist_core.evaluation.classifier import Classifier, Neighbours, Network
from mnist_core.evaluation.comparison import Comparison, compare
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.report import Fit, Report, evaluate, fit
from mnist_core.evaluation.score import PerClass, Score, confusion_matrix, per_class

__all__ = [
    "Bin",
    "Classifier",
    "Comparison",
    "Fit",
    "Neighbours",
    "Network",
    "PerClass",
    "Predictions",
    "Report",
    "Score",
    "calibration_error",
    "compare",
    "confusion_matrix",
    "evaluate",
    "fit",
    "fit_temperature",
    "log_loss",
    "per_class",
    "reliability",
    "tempered",
    "withheld",
]
