"""What the gap between seen and unseen images says of a classifier."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mnist_core.evaluation.score import Score
from mnist_core.formatting import percent

Fitting = Literal["underfitting", "fitting", "overfitting", "undecided"]

TIMES, POINTS = 2.0, 0.01
"""Overfitting: unseen images are misread at least so many times as often as seen ones, and so much more often.

A smaller gap is none; with too few images to tell it from none, it is undecided.
"""
LEAST = 0.97
"""Underfitting: of the very images that it was trained on, less than this share is read."""


@dataclass(frozen=True)
class Generalisation:
    """`gap` is the accuracy on training images less that on unseen ones."""

    fitting: Fitting
    gap: float
    sentence: str

    @property
    def gap_sentence(self) -> str:
        points = round(100 * self.gap, 1) + 0.0  # which makes -0.0 a 0
        return f"The gap between training and unseen images is {points:.1f} points.".replace("-", "\N{MINUS SIGN}")


def assess_generalisation(scores: Mapping[str, Score]) -> Generalisation | None:
    """Compare the accuracy on `training` images to that on `test` images, or on `validation` images without them.

    None where one of the two is missing.
    """
    unseen_name = next((name for name in ("test", "validation") if name in scores), None)
    if unseen_name is None or "training" not in scores:
        return None
    training, unseen = scores["training"], scores[unseen_name]
    gap = training.accuracy - unseen.accuracy
    seen_errors, unseen_errors = 1 - training.accuracy, 1 - unseen.accuracy
    apart = training.interval[0] > unseen.interval[1]
    if apart and gap >= POINTS and unseen_errors >= TIMES * seen_errors:
        return Generalisation(
            "overfitting",
            gap,
            f"It misreads {percent(unseen_errors)} of the {unseen_name} images but only {percent(seen_errors)} of "
            "those it was trained on: some of these it has learned by heart.",
        )
    if training.accuracy < LEAST:
        more = f", and even more of the {unseen_name} images" if apart and gap >= POINTS else ""
        return Generalisation(
            "underfitting", gap, f"It misreads {percent(seen_errors)} of the training images themselves{more}."
        )
    if gap >= POINTS and not apart:
        few = min((training.n, "training"), (unseen.n, unseen_name))
        return Generalisation(
            "undecided", gap, f"Only {few[0]:,} {few[1]} images were read, too few to tell the gap from luck."
        )
    well = "at least as well as" if gap <= 0 else "nearly as well as" if gap < POINTS else "less well than"
    return Generalisation("fitting", gap, f"It reads {unseen_name} images {well} those that it was trained on.")
