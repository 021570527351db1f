"""Whether the difference between two classifiers on the same images is more than luck."""

from dataclasses import dataclass
from functools import cached_property

from mnist_core import slow_imports
from mnist_core.evaluation.predictions import Predictions


@dataclass(frozen=True)
class Comparison:
    """How many images only the first classifier reads correctly, only the second, both, and neither."""

    only_first: int
    only_second: int
    both: int
    neither: int

    @cached_property
    def p_value(self) -> float:
        """McNemar's exact test (1947): the probability of a difference at least this large if both were equally good.

        Under that hypothesis, each image that only one of them reads is a fair coin toss.
        """
        differing = self.only_first + self.only_second
        if not differing:
            return 1.0
        return float(slow_imports.load("scipy.stats").binomtest(self.only_first, differing).pvalue)

    def conclusion(self, first: str, second: str) -> str:
        """Which of the two, by their names, is better; neither where p is at least 0.05."""
        if self.p_value >= 0.05:
            return "neither is better for sure"
        return f"{first if self.only_first > self.only_second else second} is better"

    @property
    def sentence(self) -> str:
        """What the p-value means."""
        p = self.p_value
        if p >= 0.995:
            return "a difference as small as this says nothing: chance alone makes one at least as large"
        if p < 0.001:
            return "a difference this large is expected by chance in fewer than 1 of 1,000"
        how_often = f"{100 * p:.0f} of 100" if p >= 0.0095 else f"{1000 * p:.0f} of 1,000"
        return f"a difference this large is expected by chance in {how_often}"


def compare_predictions(first: Predictions, second: Predictions) -> Comparison:
    """Compare two classifiers' predictions for the same images in the same order."""
    a, b = first.correct, second.correct
    return Comparison(*(int(count.sum()) for count in (a & ~b, b & ~a, a & b, ~a & ~b)))
