"""Whether a classifier overfits or underfits, from its accuracies on training images and on unseen ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mnist_core.evaluation.score import Score
from mnist_core.formatting import percent

Fitting = Literal["underfitting", "fitting", "overfitting", "undecided"]

ERROR_RATIO, MIN_GAP = 2.0, 0.01
"""Overfitting: the error rate on unseen images is at least twice that on training images, and at least 0.01 higher.

A smaller gap in accuracy counts as none. A larger one that may be due to too few images is undecided.
"""
MIN_TRAINING_ACCURACY = 0.97
"""Underfitting: the accuracy on the training images themselves is below this."""


@dataclass(frozen=True)
class Generalisation:
    """`gap` is the training accuracy minus the accuracy on unseen images; `sentence` gives the reason for `fitting`."""

    fitting: Fitting
    gap: float
    sentence: str

    @property
    def gap_sentence(self) -> str:
        """The gap, for people."""
        points = round(100 * self.gap, 1) + 0.0  # -0.0 becomes 0.0
        return f"The gap between training and unseen images is {points:.1f} points.".replace("-", "\N{MINUS SIGN}")


def assess_generalisation(scores: Mapping[str, Score]) -> Generalisation | None:
    """Compare the "training" accuracy with the "test" accuracy, or with "validation" where there is no test.

    None where one of the two is missing.
    """
    unseen_name = next((name for name in ("test", "validation") if name in scores), None)
    if unseen_name is None or "training" not in scores:
        return None
    training, unseen = scores["training"], scores[unseen_name]
    gap = training.accuracy - unseen.accuracy
    training_errors, unseen_errors = 1 - training.accuracy, 1 - unseen.accuracy
    significant = training.interval[0] > unseen.interval[1]
    if significant and gap >= MIN_GAP and unseen_errors >= ERROR_RATIO * training_errors:
        return Generalisation(
            "overfitting",
            gap,
            f"It misreads {percent(unseen_errors)} of the {unseen_name} images but only {percent(training_errors)} of "
            "those it was trained on: some of these it has learned by heart.",
        )
    if training.accuracy < MIN_TRAINING_ACCURACY:
        more = f", and even more of the {unseen_name} images" if significant and gap >= MIN_GAP else ""
        return Generalisation(
            "underfitting", gap, f"It misreads {percent(training_errors)} of the training images themselves{more}."
        )
    if gap >= MIN_GAP and not significant:
        fewest, part = min((training.n, "training"), (unseen.n, unseen_name))
        return Generalisation(
            "undecided", gap, f"Only {fewest:,} {part} images were read, too few to tell the gap from luck."
        )
    how_well = "at least as well as" if gap <= 0 else "nearly as well as" if gap < MIN_GAP else "less well than"
    return Generalisation("fitting", gap, f"It reads {unseen_name} images {how_well} those that it was trained on.")
