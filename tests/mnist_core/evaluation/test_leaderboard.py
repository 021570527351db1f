"""The best come first, as far as the numbers of images tell."""

from mnist_core.evaluation.leaderboard import ranked
from mnist_core.store import Standing


def test_the_better_come_first_and_each_has_an_interval() -> None:
    places = ranked([Standing(1, "One", False, 0.9, 400), Standing(2, "Two", True, 0.95, 400)])

    assert [place.standing.name for place in places] == ["Two", "One"]
    low, high = places[0].interval
    assert 0.92 < low < 0.95 < high < 0.97


def test_luck_with_few_images_does_not_win() -> None:
    many = [Standing(1, "One", False, 0.97, 6_000), Standing(1, "One", False, 1.0, 20)]
    few = Standing(2, "Two", False, 1.0, 30)

    places = ranked([few, *many])

    assert [(place.standing.name, place.standing.validation_images) for place in places] == [
        ("One", 6_000),
        ("Two", 30),
    ]


def test_equals_share_a_place() -> None:
    standings = [Standing(number, "", False, accuracy, 400) for number, accuracy in enumerate((0.9, 0.95, 0.95))]

    assert [place.number for place in ranked(standings)] == [1, 1, 3]


def test_nobody_has_no_place() -> None:
    assert ranked([]) == []
