"""What a page updates by itself, read once for all sessions that watch it."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, cast

import streamlit as st

from mnist_core import DigitLabError
from ui import login, resources, turns
from ui.errors import errors_shown

_KEPT_SECONDS = 60.0
"""What was read is forgotten after so long."""
LONGEST_WAIT_SECONDS = 0.3
"""For a turn beside pages that measure something."""
Polled = TypeVar("Polled")


@dataclass
class _Reading:
    """What was read with a key, and when; by one thread at a time."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    at: float = -math.inf
    value: object = None


_readings: dict[str, _Reading] = {}
"""By their keys; shared by all sessions."""


def poll(
    key: str,
    read: Callable[[], Polled],
    show: Callable[[Polled], None],
    seconds: Callable[[Polled], float | None],
    longest: float = 1.0,
    first: Polled | None = None,
    version: Callable[[Polled], object] = lambda polled: None,
) -> None:
    """Show what `read` returns, and read and show it again after as many seconds as `seconds` says; None for never.

    It is a fragment: the rest of the page is left alone. The whole page runs once when `seconds` begins or ceases to
    say None. Where the rest of the page shows `first`, which was read for both, it also runs when `version` of what is
    read is another one, and when it cannot be read any more, which the page then says. No interval is more than
    `longest`, and a change of it takes effect within that time. What is read with the same `key` is shared by all
    sessions for a quarter of an interval, so it must not be changed.

    Streamlit copies the containers of all `with` blocks around a poll at each of them; beside many who watch, keep them
    few. `benchmarks/watching.py` measures what a poll costs.
    """
    known = [read() if first is None else first]
    interval = seconds(known[0])
    polled, shown_version = interval is not None, version(known[0])

    def latest() -> Polled:
        if known:
            return known.pop()
        try:
            return read_shared(key, (interval or longest) / 4, read)
        except DigitLabError:
            if first is None:
                raise
            st.rerun()

    def refresh() -> None:
        with turns.turn(LONGEST_WAIT_SECONDS), errors_shown():
            state = latest()
            if (seconds(state) is not None) != polled or version(state) != shown_version:
                st.rerun()
            show(state)

    def choose_interval() -> None:
        nonlocal interval
        # The interval of a fragment can be changed by a fragment around it, which has a timer of its own, without a run
        # of the whole page.
        with turns.turn(LONGEST_WAIT_SECONDS), errors_shown():
            login.rerun_where_it_has_ended(resources.settings())
            state = latest()
            known.append(state)
            interval = seconds(state)
            shorter = interval is not None and interval < longest
            (st.fragment(refresh, run_every=interval) if shorter else refresh)()

    st.fragment(choose_interval, run_every=longest if polled else None)()


def read_anew() -> None:
    """Have the next poll of each session read again, since what it shows was just changed."""
    _readings.clear()


def read_shared(key: str, seconds: float, read: Callable[[], Polled]) -> Polled:
    """What was read with that key in these seconds, by whichever session."""
    reading = _readings.setdefault(_whole(key), _Reading())
    with reading.lock:
        if time.monotonic() - reading.at > seconds:
            reading.value = read()
            reading.at = time.monotonic()
            _forget_old()
        return cast(Polled, reading.value)


def share(key: str, value: object) -> None:
    """Let all sessions have what this one has just read with that key."""
    _readings[_whole(key)] = _Reading(at=time.monotonic(), value=value)


def _whole(key: str) -> str:
    return f"{resources.settings().runs_dir} {key}"


def _forget_old() -> None:
    for key, reading in list(_readings.items()):
        if time.monotonic() - reading.at > _KEPT_SECONDS and not reading.lock.locked():
            _readings.pop(key, None)
