"""Page runs take turns, a few at a time: more share one interpreter lock, and each then takes twice the CPU time.

How long page runs take in a class is measured by `benchmarks/classroom.py`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_AT_ONCE = 2
_LONGEST_WAIT_SECONDS = 1.0
_turns = threading.BoundedSemaphore(_AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn, but not for long, since a page that measures something is at work for seconds."""
    taken = _turns.acquire(timeout=_LONGEST_WAIT_SECONDS)
    try:
        yield
    finally:
        if taken:
            _turns.release()
