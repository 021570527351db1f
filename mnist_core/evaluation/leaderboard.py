"""Who has the best validation accuracy, as far as the numbers of images tell."""

from collections.abc import Iterable
from dataclasses import dataclass

from mnist_core.evaluation.score import Score
from mnist_core.store import Standing


@dataclass(frozen=True)
class Place:
    """A learner's place on the leaderboard, with the run that it rests on."""

    number: int
    """From 1 on; the same for those who are equally good."""
    standing: Standing
    interval: tuple[float, float]
    """The 95 % confidence interval of its accuracy, as shares."""


def ranked(standings: Iterable[Standing]) -> list[Place]:
    """One place for each learner, the best first: by the lower end of the interval.

    So what was measured on few images has to be better to be before what was measured on many.
    """
    best = dict[int, tuple[tuple[float, float], Standing]]()
    for standing in standings:
        images = standing.validation_images
        found = Score(round(standing.accuracy * images), images).interval, standing
        best[standing.owner_id] = max(found, best.get(standing.owner_id, found), key=lambda each: each[0])
    in_order = sorted(best.values(), key=lambda each: each[0], reverse=True)
    intervals = [interval for interval, _ in in_order]
    return [Place(intervals.index(interval) + 1, standing, interval) for interval, standing in in_order]
