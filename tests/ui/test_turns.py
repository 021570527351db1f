"""Two page runs are at work at the same time, others wait for one of them to end, but not for long."""

import threading

import pytest

from ui import turns


@pytest.fixture(autouse=True)
def no_page_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_turns", threading.BoundedSemaphore(turns._AT_ONCE))


def free_turns() -> int:
    """How many page runs could begin at this moment."""
    taken = 0
    while turns._turns.acquire(blocking=False):
        taken += 1
    for _ in range(taken):
        turns._turns.release()
    return taken


def test_a_page_run_has_a_turn_until_it_ends() -> None:
    assert free_turns() == 2
    with turns.turn():
        assert free_turns() == 1
        with turns.turn():
            assert free_turns() == 0
        assert free_turns() == 1
    assert free_turns() == 2


def test_a_page_run_that_raises_gives_its_turn_back() -> None:
    with pytest.raises(ValueError, match="page"), turns.turn():
        raise ValueError("page")

    assert free_turns() == 2


def test_a_page_run_that_has_waited_for_long_begins_without_a_turn_and_gives_none_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "_LONGEST_WAIT_SECONDS", 0.0)
    with turns.turn(), turns.turn():
        with turns.turn():
            assert free_turns() == 0
        assert free_turns() == 0

    assert free_turns() == 2
