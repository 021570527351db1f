"""The assessment of the gap between training and unseen images, and none where a part is missing."""

import pytest

from mnist_core.evaluation.generalisation import assess_generalisation
from mnist_core.evaluation.score import Score


def make_scores(training: int, unseen: int, *, unseen_name: str = "test", of: int = 1_000) -> dict[str, Score]:
    """Scores of `of` images each, of which `training` and `unseen` are read correctly."""
    return {"training": Score(training, of), unseen_name: Score(unseen, of)}


@pytest.mark.parametrize(
    ("training", "unseen", "word"),
    [
        (700, 690, "underfitting"),
        (969, 965, "underfitting"),
        (970, 965, "fitting"),
        (990, 985, "fitting"),
        (950, 990, "underfitting"),  # it reads unseen images better than seen ones, but these badly
        (1_000, 950, "overfitting"),
        (930, 850, "overfitting"),  # overfitting goes before underfitting
        (930, 870, "underfitting"),  # not twice as many mistakes
    ],
)
def test_the_fit_is_named_by_a_word(training: int, unseen: int, word: str) -> None:
    assessment = assess_generalisation(make_scores(training, unseen))

    assert assessment is not None
    assert assessment.fitting == word
    assert assessment.gap == pytest.approx((training - unseen) / 1_000)


def test_a_gap_that_may_be_luck_is_undecided() -> None:
    few, many = (assess_generalisation(make_scores(99 * n, 94 * n, of=100 * n)) for n in (1, 100))

    assert few is not None
    assert many is not None
    assert (few.fitting, many.fitting) == ("undecided", "overfitting")


@pytest.mark.parametrize(
    ("training", "unseen", "word", "said"),
    [
        (Score(10, 10), Score(2, 4), "undecided", "Only 4 validation images were read, too few"),
        (Score(30, 30), Score(88, 100), "undecided", "Only 30 training images were read, too few"),
        (Score(9_700, 10_000), Score(9_410, 10_000), "fitting", "less well than those that it was trained on"),
        (Score(9_700, 10_000), Score(9_650, 10_000), "fitting", "nearly as well as"),
        (Score(990, 1_000), Score(1_000, 1_000), "fitting", "at least as well as those"),
        (Score(800, 1_000), Score(610, 1_000), "underfitting", "and even more of the validation images"),
        (Score(800, 1_000), Score(790, 1_000), "underfitting", "20.0 % of the training images themselves."),
    ],
)
def test_the_words_never_contradict_the_gap(training: Score, unseen: Score, word: str, said: str) -> None:
    assessment = assess_generalisation({"training": training, "validation": unseen})

    assert assessment is not None
    assert assessment.fitting == word
    assert said in assessment.sentence


def test_a_gap_of_less_than_a_point_is_no_overfitting_however_sure_it_is() -> None:
    assessment = assess_generalisation(make_scores(99_900, 99_000, of=100_000))

    assert assessment is not None
    assert assessment.fitting == "fitting"


@pytest.mark.parametrize(
    ("training", "unseen", "said"), [(950, 940, "is 1.0 points."), (940, 950, "is \N{MINUS SIGN}1.0 points.")]
)
def test_the_gap_is_said_in_points(training: int, unseen: int, said: str) -> None:
    assessment = assess_generalisation(make_scores(training, unseen))

    assert assessment is not None
    assert assessment.gap_sentence.endswith(said)


def test_a_gap_that_rounds_to_nothing_has_no_sign() -> None:
    assessment = assess_generalisation(make_scores(9_500, 9_501, of=10_000))

    assert assessment is not None
    assert assessment.gap_sentence.endswith("is 0.0 points.")


def test_the_test_set_goes_before_validation() -> None:
    both = make_scores(1_000, 990, unseen_name="validation") | make_scores(1_000, 900)

    assessment, without = (
        assess_generalisation(both),
        assess_generalisation(make_scores(1_000, 900, unseen_name="validation")),
    )

    assert assessment is not None
    assert without is not None
    assert assessment.gap == without.gap == pytest.approx(0.1)
    assert "10.0 % of the test images but only 0.0 % of those it was trained on" in assessment.sentence
    assert "10.0 % of the validation images" in without.sentence


@pytest.mark.parametrize("names", [(), ("training",), ("test", "validation"), ("training", "my digits")])
def test_there_is_no_assessment_where_training_or_unseen_images_are_missing(names: tuple[str, ...]) -> None:
    assert assess_generalisation({name: Score(9, 10) for name in names}) is None


def test_every_sentence_is_one_and_names_the_images() -> None:
    for training, unseen in ((700, 690), (990, 985), (1_000, 900)):
        assessment = assess_generalisation(make_scores(training, unseen))

        assert assessment is not None
        assert assessment.sentence.startswith("It ")
        assert assessment.sentence.count(".", 0, -1) == assessment.sentence.count(" %")  # of numbers
        assert assessment.sentence.endswith(".")
        assert "train" in assessment.sentence
