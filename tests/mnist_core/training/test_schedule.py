"""The learning rate of each step is a constant, PyTorch's one cycle, or what a person set by hand."""

import pytest
import torch

from mnist_core.config import TrainingConfig
from mnist_core.training.schedule import learning_rate

CYCLE = TrainingConfig(schedule="one_cycle", learning_rate=0.02)
CONSTANT = TrainingConfig(learning_rate=0.02)


def rates(config: TrainingConfig, cycle: int, steps: int, changes: dict[int, float] | None = None) -> list[float]:
    return [learning_rate(config, cycle, step, changes or {}) for step in range(steps)]


def pytorch_rates(rate: float, cycle: int) -> list[float]:
    """The rate of each step of PyTorch's own one cycle."""
    optimiser = torch.optim.SGD([torch.zeros(1)], lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, cycle, cycle_momentum=False)
    values = []
    for step in range(cycle):
        values.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        if step < cycle - 1:
            schedule.step()
    return values


@pytest.mark.parametrize("cycle", [1, 2, 3, 4, 5, 7, 10, 33, 100, 938])
def test_one_cycle_is_that_of_pytorch_at_every_step(cycle: int) -> None:
    assert rates(CYCLE, cycle, cycle) == pytest.approx(pytorch_rates(0.02, cycle), rel=1e-9)


def test_one_cycle_rises_from_a_25th_to_the_full_rate_and_falls_to_almost_nothing() -> None:
    values = rates(CYCLE, 100, 100)

    assert values[0] == pytest.approx(0.02 / 25)
    assert max(values) == values[29] == pytest.approx(0.02)
    assert values[:30] == sorted(values[:30])
    assert values[29:] == sorted(values[29:], reverse=True)
    assert 0 < values[-1] == pytest.approx(0.02 / 250_000)


@pytest.mark.parametrize("cycle", [1, 2, 3, 50])
def test_steps_after_the_cycle_keep_its_last_rate(cycle: int) -> None:
    values = rates(CYCLE, cycle, cycle + 20)

    assert values[cycle:] == [values[cycle - 1]] * 20


def test_a_constant_rate_stays_the_same_however_many_steps_are_done() -> None:
    assert rates(CONSTANT, 5, 12) == [0.02] * 12


def test_rates_set_by_hand_hold_from_their_step_on_until_the_next() -> None:
    assert rates(CONSTANT, 10, 8, {3: 0.5, 6: 0.001}) == [0.02] * 3 + [0.5] * 3 + [0.001] * 2


def test_rates_set_by_hand_need_not_be_in_order() -> None:
    assert rates(CONSTANT, 10, 8, {6: 0.001, 3: 0.5}) == rates(CONSTANT, 10, 8, {3: 0.5, 6: 0.001})


def test_a_rate_set_by_hand_ends_a_cycle_and_leaves_the_steps_before_as_they_were() -> None:
    values = rates(CYCLE, 20, 30, {8: 0.004})

    assert values[:8] == rates(CYCLE, 20, 8)
    assert values[8:] == [0.004] * 22


def test_a_rate_set_before_the_first_step_holds_for_all() -> None:
    assert rates(CYCLE, 5, 9, {0: 0.3}) == [0.3] * 9


def test_a_rate_set_by_hand_after_the_cycle_holds_from_then_on() -> None:
    values = rates(CYCLE, 5, 9, {7: 0.3})

    assert values[:7] == rates(CYCLE, 5, 7)
    assert values[7:] == [0.3] * 2
