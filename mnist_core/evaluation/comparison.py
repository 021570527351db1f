"""Whether one classifier reads better than another, or was only lucky with these images."""

from dataclasses import dataclass

from mnist_core.evaluation.predictions import Predictions

_MAY_BE_LUCK = 0.05


@dataclass(frozen=True)
class Comparison:
    """How many images only the first reads, only the second, both and neither."""

    only_first: int
    only_second: int
    both: int
    neither: int

    @property
    def p_value(self) -> float:
        """McNemar's exact test (1947): the probability of a difference at least this large were both equally good.

        Then each image that only one reads is a fair coin.
        """
        from scipy.stats import binomtest  # takes a second to load

        differing = self.only_first + self.only_second
        return float(binomtest(self.only_first, differing).pvalue) if differing else 1.0

    def judgement(self, first: str, second: str) -> str:
        """Which of the two, by their names, is better; neither where the difference may be luck (5 in 100)."""
        if self.p_value >= _MAY_BE_LUCK:
            return "neither is better for sure"
        return f"{first if self.only_first > self.only_second else second} is better"

    @property
    def sentence(self) -> str:
        """What the p-value says, in words."""
        p = self.p_value
        if p >= 0.995:
            return "a difference as small as this says nothing: chance alone makes one at least as large"
        if p < 0.001:
            return "a difference this large is expected by chance in fewer than 1 of 1,000"
        how_often = f"{100 * p:.0f} of 100" if p >= 0.0095 else f"{1000 * p:.0f} of 1,000"
        return f"a difference this large is expected by chance in {how_often}"


def compare_predictions(first: Predictions, second: Predictions) -> Comparison:
    """Compare two classifiers' predictions on the same images in the same order."""
    a, b = first.right, second.right
    return Comparison(*(int(count.sum()) for count in (a & ~b, b & ~a, a & b, ~a & ~b)))
