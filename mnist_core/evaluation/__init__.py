"""How well a network, or K nearest neighbours, reads digits that it has not seen."""

from mnist_core.evaluation.calibration import (
    Bin,
    calibration_error,
    fit_temperature,
    log_loss,
    reliability,
    tempered,
    versions,
    withheld,
)
from mnist_core.evaluation.classifier import Classifier, Neighbours, Network
from mnist_core.evaluation.comparison import Comparison, compare
from mnist_core.evaluation.corruptions import CORRUPTIONS, Corruption, corrupt
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.report import Fit, Report, evaluate, fit, scores
from mnist_core.evaluation.score import PerClass, Score, confusion_matrix, per_class
from mnist_core.evaluation.verdict import Fitting, Verdict, verdict

__all__ = [
    "CORRUPTIONS",
    "Bin",
    "Classifier",
    "Comparison",
    "Corruption",
    "Fit",
    "Fitting",
    "Neighbours",
    "Network",
    "PerClass",
    "Predictions",
    "Report",
    "Score",
    "Verdict",
    "calibration_error",
    "compare",
    "confusion_matrix",
    "corrupt",
    "evaluate",
    "fit",
    "fit_temperature",
    "log_loss",
    "per_class",
    "reliability",
    "scores",
    "tempered",
    "verdict",
    "versions",
    "withheld",
]
