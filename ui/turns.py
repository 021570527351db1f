"""Page runs and polls take turns, a few at a time, since all share one interpreter lock.

With more at a time each takes twice the CPU time, and the event loop, which sends what they show, gets the lock so
seldom that browsers fall behind by a minute.

How long page runs take in a class is measured by `benchmarks/classroom.py`, how far 100 sessions are behind that watch
a training by `benchmarks/watching.py`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_AT_ONCE = 2
_turns = threading.BoundedSemaphore(_AT_ONCE)
_of_thread = threading.local()


@contextmanager
def turn(longest: float = 1.0) -> Iterator[None]:
    """Wait for a turn, but for so many seconds at most, since a page that measures something is at work for longer."""
    if getattr(_of_thread, "at_work", False):  # what is polled is first shown by the run of its page
        yield
        return
    taken = _turns.acquire(timeout=longest)
    _of_thread.at_work = True
    try:
        yield
    finally:
        _of_thread.at_work = False
        if taken:
            _turns.release()
