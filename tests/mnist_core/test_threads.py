"""The threads of a training follow the speed that each number had, and never leave what the machine has."""

from collections.abc import Callable

import pytest
import torch

from mnist_core.threads import Threads


class Machine:
    """A machine with so many threads, on which a training is so fast with each number of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
        self.used = threads
        monkeypatch.setattr(torch, "get_num_threads", lambda: self.used)
        monkeypatch.setattr(torch, "set_num_threads", lambda number: setattr(self, "used", number))
        self._threads = Threads()

    def train(self, speeds: dict[int, float], times: int) -> list[int]:
        """Measure so often; the threads in use at each measurement."""
        found = []
        for _ in range(times):
            found.append(self.used)
            self._threads.adapt(speeds[self.used])
        return found


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Machine]:
    return lambda threads: Machine(monkeypatch, threads)


FREE, BUSY = {2: 100.0, 1: 60.0}, {2: 25.0, 1: 55.0}


def test_while_all_threads_are_fast_they_stay_but_for_one_try(machine: Callable[[int], Machine]) -> None:
    found = machine(2).train(FREE, 60)

    assert found.count(1) == 1
    assert found[10] == 1
    assert found[:10] == [2] * 10
    assert found[11:] == [2] * 49


def test_a_slow_spell_is_answered_at_once_by_one_thread_fewer_which_stays_while_it_is_better(
    machine: Callable[[int], Machine],
) -> None:
    two = machine(2)
    two.train(FREE, 5)

    found = two.train(BUSY, 50)

    assert found[:2] == [2, 1]
    assert found.count(1) >= 0.75 * len(found)


def test_after_the_slow_spell_all_threads_are_used_again(machine: Callable[[int], Machine]) -> None:
    two = machine(2)
    two.train(FREE, 5)
    two.train(BUSY, 30)

    found = two.train(FREE, 50)

    assert found[20:].count(2) >= len(found[20:]) - 1


def test_one_slow_measurement_leads_back_to_all_threads(machine: Callable[[int], Machine]) -> None:
    two = machine(2)
    two.train(FREE, 12)
    two.train({2: 70.0, 1: 60.0}, 1)

    assert two.train(FREE, 20)[2:] == [2] * 18


def test_where_one_thread_fewer_is_always_better_the_first_try_finds_it(machine: Callable[[int], Machine]) -> None:
    found = machine(2).train({2: 25.0, 1: 55.0}, 60)

    assert found[:10] == [2] * 10
    assert found[10:].count(1) >= 0.75 * len(found[10:])


def test_with_one_thread_only_that_one_is_ever_used(machine: Callable[[int], Machine]) -> None:
    one = machine(1)

    assert one.train({1: 100.0}, 30) + one.train({1: 10.0}, 30) + one.train({1: 100.0}, 30) == [1] * 90


def test_of_many_threads_only_one_fewer_is_ever_tried(machine: Callable[[int], Machine]) -> None:
    eight = machine(8)

    found = eight.train({8: 100.0, 7: 90.0}, 20) + eight.train({8: 20.0, 7: 80.0}, 40)

    assert set(found) == {8, 7}
