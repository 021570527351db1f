"""Two page runs or polls are at work at the same time, others wait for one of them to end, but not for long."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def another_turn() -> Iterator[None]:
    """The turn of another page run, each of which has a thread."""
    begun, ended = threading.Event(), threading.Event()

    def run() -> None:
        with turns.turn():
            begun.set()
            ended.wait()

    thread = threading.Thread(target=run)
    thread.start()
    begun.wait()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_a_page_run_has_a_turn_until_it_ends() -> None:
    assert free_turns() == 2
    with turns.turn():
        assert free_turns() == 1
        with another_turn():
            assert free_turns() == 0
        assert free_turns() == 1
    assert free_turns() == 2


def test_a_page_run_that_raises_gives_its_turn_back() -> None:
    with pytest.raises(ValueError, match="page"), turns.turn():
        raise ValueError("page")

    assert free_turns() == 2


def test_a_page_run_that_has_waited_for_long_begins_without_a_turn_and_gives_none_back() -> None:
    with another_turn(), another_turn():
        with turns.turn(longest=0.0):
            assert free_turns() == 0
        assert free_turns() == 0

    assert free_turns() == 2


def test_what_is_polled_is_first_shown_in_the_turn_of_its_page() -> None:
    with turns.turn():
        with turns.turn():
            assert free_turns() == 1
        assert free_turns() == 1

    assert free_turns() == 2
