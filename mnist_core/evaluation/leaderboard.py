"""Who has the best validation accuracy, as far as the numbers of images tell."""

from collections.abc import Iterable
from dataclasses import dataclass

from mnist_core.evaluation.score import Score
from mnist_core.store import Standing


@dataclass(frozen=True)
class Place:
    """A learner's place on the leaderboard, with the run that it rests on."""

    standing: Standing
    interval: tuple[float, float]
    """The 95 % confidence interval of its accuracy, as shares."""


def ranked(standings: Iterable[Standing]) -> list[Place]:
    """One place for each learner, the best first: by the lower end of the interval.

    So what was measured on few images has to be better to be before what was measured on many.
    """
    places = dict[int, Place]()
    for standing in standings:
        images = standing.validation_images
        place = Place(standing, Score(round(standing.accuracy * images), images).interval)
        before = places.get(standing.owner_id, place)
        places[standing.owner_id] = max(before, place, key=lambda each: each.interval)
    return sorted(places.values(), key=lambda place: place.interval, reverse=True)
