"""The threads of a training follow the speed that each number had, and never leave what the machine has."""

from collections.abc import Callable

import pytest
import torch

from mnist_core.training.threads import Threads


class Machine:
    """A machine with so many threads, on which a training is so fast with each number of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, threads: int, products: dict[int, float]) -> None:
        self.used = threads
        monkeypatch.setattr(torch, "get_num_threads", lambda: self.used)
        monkeypatch.setattr(torch, "set_num_threads", lambda number: setattr(self, "used", number))
        self._threads = Threads(products.__getitem__)

    def train(self, speeds: dict[int, float], times: int) -> list[int]:
        """Measure so often; the threads in use at each measurement."""
        used = []
        for _ in range(times):
            used.append(self.used)
            self._threads.adapt(speeds[self.used])
        return used


QUICK, HINDERED = {number: 1.0 / number for number in range(1, 9)}, {1: 1.0, 2: 1.5}
"""Seconds of the products that are timed at the start."""


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Machine]:
    def made(number: int, products: dict[int, float] = QUICK) -> Machine:
        return Machine(monkeypatch, number, products)

    return made


FREE, BUSY = {2: 100.0, 1: 60.0}, {2: 25.0, 1: 55.0}


def test_while_all_threads_are_fast_they_stay(machine: Callable[..., Machine]) -> None:
    assert machine(2).train(FREE, 60) == [2] * 60


def test_where_threads_hinder_each_other_from_the_start_one_fewer_is_used(machine: Callable[..., Machine]) -> None:
    used = machine(2, HINDERED).train(BUSY, 50)

    assert used[0] == 1
    assert used.count(1) >= 0.75 * len(used)


def test_a_slow_spell_is_answered_at_once_by_one_thread_fewer_which_stays_while_it_is_better(
    machine: Callable[..., Machine],
) -> None:
    two = machine(2)
    two.train(FREE, 5)

    used = two.train(BUSY, 50)

    assert used[:2] == [2, 1]
    assert used.count(1) >= 0.75 * len(used)


def test_after_the_slow_spell_all_threads_are_used_again(machine: Callable[..., Machine]) -> None:
    two = machine(2)
    two.train(FREE, 5)
    two.train(BUSY, 30)

    used = two.train(FREE, 50)

    assert used[20:].count(2) >= len(used[20:]) - 1


def test_one_slow_measurement_leads_back_to_all_threads(machine: Callable[..., Machine]) -> None:
    two = machine(2)
    two.train(FREE, 12)
    two.train({2: 70.0, 1: 60.0}, 1)

    assert two.train(FREE, 20)[2:] == [2] * 18


def test_with_one_thread_only_that_one_is_ever_used(machine: Callable[..., Machine]) -> None:
    one = machine(1)

    assert one.train({1: 100.0}, 30) + one.train({1: 10.0}, 30) + one.train({1: 100.0}, 30) == [1] * 90


def test_of_many_threads_only_one_fewer_is_ever_tried(machine: Callable[..., Machine]) -> None:
    eight = machine(8)

    used = eight.train({8: 100.0, 7: 90.0}, 20) + eight.train({8: 20.0, 7: 80.0}, 40)

    assert set(used) == {8, 7}
