"""A training has diverged when a loss is not a number, or has stayed far above the first one for long."""

import math
from dataclasses import asdict

import pytest

from mnist_core.training.divergence import EXPLOSION_FACTOR, EXPLOSION_STEPS, DivergedError, DivergenceWatch

HIGH = 2.0 * EXPLOSION_FACTOR


def test_losses_that_stay_in_range_are_all_sound() -> None:
    watch = DivergenceWatch()

    assert watch.count_sound([1.0, 0.5, float(EXPLOSION_FACTOR)]) == 3
    assert watch.high_losses == 0


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_loss_that_is_no_number_is_the_first_that_is_not_sound(loss: float) -> None:
    assert DivergenceWatch().count_sound([1.0, 0.5, loss, 0.5]) == 2


def test_only_high_losses_in_a_row_are_an_explosion() -> None:
    watch = DivergenceWatch()
    almost = [HIGH] * (EXPLOSION_STEPS - 1)

    assert watch.count_sound([1.0, *almost]) == EXPLOSION_STEPS
    assert watch.high_losses == EXPLOSION_STEPS - 1
    assert watch.count_sound([1.0, *almost]) == EXPLOSION_STEPS  # one low loss between them
    assert watch.count_sound([HIGH, HIGH]) == 0  # the last of 50 in a row


def test_a_watch_made_from_the_values_of_another_counts_on_from_there() -> None:
    left = DivergenceWatch()
    left.count_sound([1.0, *[HIGH] * 20])

    resumed = DivergenceWatch(**asdict(left))

    assert resumed.high_losses == 20
    assert resumed.count_sound([HIGH] * EXPLOSION_STEPS) == EXPLOSION_STEPS - 20 - 1


@pytest.mark.parametrize("how", ["exploded", "stopped being a number"])
def test_the_error_is_one_sentence_that_says_what_to_do(how: str) -> None:
    error = DivergedError(1_234, how)

    assert str(error) == f"The loss {how} at step 1,234; lower the learning rate and go on."
